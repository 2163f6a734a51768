/* s3_object: what GetObject wants, says, and can be held to. */
#include "fetch/s3_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "http/retry.h"

static const char version_mark[] = "?versionId=";

struct s3_object *
s3_object_named(struct s3_remote *r, const char *bucket, const char *key,
    struct err *e)
{
	struct s3_object *o = calloc(1, sizeof *o);

	if (o == NULL || (o->key = strdup(key)) == NULL) {
		free(o);
		err_memory(e);
		return NULL;
	}
	o->remote = r;
	o->site = s3_remote_site(r, bucket, e);
	if (o->site != NULL)
		return o;
	s3_object_free(o);
	return NULL;
}

struct s3_object *
s3_object_open(struct s3_remote *r, const char *url, struct err *e)
{
	const char *mark = strstr(url, version_mark);
	char *plain = mark == NULL ? strdup(url) :
	    strndup(url, (size_t)(mark - url));
	struct s3_name name = { 0 };
	struct s3_object *o = NULL;

	if (plain == NULL)
		err_memory(e);
	else if (s3_name_parse(&name, plain, e) == 0)
		o = s3_object_named(r, name.bucket, name.key, e);
	if (o != NULL && mark != NULL && (o->version = strdup(mark +
	    sizeof version_mark - 1)) == NULL) {
		s3_object_free(o);
		err_memory(e);
		o = NULL;
	}
	s3_name_free(&name);
	free(plain);
	return o;
}

void
s3_object_free(struct s3_object *o)
{
	if (o == NULL)
		return;
	sha256_free(&o->sha256);
	free(o->key);
	free(o->version);
	free(o->etag);
	free(o);
}

/* Requests. */

void
s3_attempt_free(struct s3_attempt *a)
{
	signed_headers_free(&a->headers);
	free(a->url);
	a->url = NULL;
	buffer_free(&a->answer);
}

int
s3_object_sign(const struct s3_object *o, struct s3_attempt *a,
    const char *const *more, size_t n, struct err *e)
{
	const char *headers[S3_REMOTE_HEADERS + S3_OBJECT_MORE + 1];
	const struct sigv4_pair version = { "versionId", o->version };
	struct s3_ask ask = { .method = "GET", .key = o->key,
		.query = &version, .n_query = o->version != NULL ? 1 : 0,
		.headers = headers };

	for (size_t i = 0; i < n; i++)
		headers[ask.n_headers++] = more[i];
	headers[ask.n_headers++] = "x-amz-checksum-mode: ENABLED";
	for (size_t i = 0; i < o->remote->n_headers; i++)
		headers[ask.n_headers++] = o->remote->headers[i];
	s3_attempt_free(a);
	buffer_init(&a->answer, S3_REFUSAL);
	a->corrections = o->site->corrections;
	return s3_site_sign(o->site, &ask, &a->url, &a->headers, e);
}

/* Refusals. */

static enum exit_code
code_of(enum s3_fault fault, int status, const char *code)
{
	if (status == 412)
		return EXIT_TEMP;
	if (fault == S3_EXISTS ||
	    (code != NULL && strcmp(code, "InvalidObjectState") == 0))
		return EXIT_REMOTE;
	return s3_fault_exit(fault);
}

static const char *
hint_of(int status, const char *code)
{
	if (status == 412)
		return " (the object has changed)";
	if (code != NULL && strcmp(code, "InvalidObjectState") == 0)
		return " (the object is archived: restore it first)";
	return "";
}

static enum s3_fault
answered(const struct s3_object *o, struct s3_attempt *a,
    const struct http_call *call, const char *shown, struct err *e)
{
	struct xml_want w[] = { { .path = "Error.Code" },
	    { .path = "Error.Message" }, { .path = "Error.Region" } };
	const char *id = http_header(call, "x-amz-request-id");
	struct err unread = ERR_NONE;
	enum s3_fault fault;

	/* What is no XML has its status. */
	if (a->answer.size > 0)
		(void)xml_pick(a->answer.bytes, a->answer.size, w,
		    sizeof w / sizeof *w, &unread);
	fault = s3_fault(call->status, w[0].text);
	err_set(e, code_of(fault, call->status, w[0].text),
	    "cannot get '%s': %d%s%.64s%s%.300s%s%s%.64s%s", shown,
	    call->status, w[0].text != NULL ? " " : "",
	    w[0].text != NULL ? w[0].text : "",
	    w[1].text != NULL ? ": " : "", w[1].text != NULL ? w[1].text : "",
	    hint_of(call->status, w[0].text), id != NULL ? " (request " : "",
	    id != NULL ? id : "", id != NULL ? ")" : "");
	if (s3_site_correct(o->site, fault, a->corrections, call, w[2].text,
	    &a->renewed))
		fault = S3_NONE;
	else if (fault == S3_BROKEN || fault == S3_UNFIT)
		fault = S3_BUSY;
	else if (fault == S3_NONE)
		fault = S3_REFUSED;
	xml_want_free(w, sizeof w / sizeof *w);
	return fault;
}

enum s3_fault
s3_object_refused(const struct s3_object *o, struct s3_attempt *a,
    const struct http_call *call, struct err *e)
{
	char shown[S3_SHOWN];
	bool again = retry_worth(call->end, 0);

	s3_site_show(o->site, o->key, shown);
	if (call->end == HTTP_COMPLETE || call->end == HTTP_STOPPED)
		return answered(o, a, call, shown, e);
	if (call->end == HTTP_NO_MEMORY)
		err_memory(e);
	else
		err_set(e, again ? EXIT_TEMP : call->end == HTTP_UNTRUSTED ?
		    EXIT_AUTH : EXIT_REMOTE, "cannot get '%s': %s", shown,
		    call->why);
	return again ? S3_BUSY : S3_REFUSED;
}

/* The checksum. */

int
s3_object_sum_begin(struct s3_object *o, const struct http_call *call,
    struct err *e)
{
	const char *type = http_header(call, "x-amz-checksum-type");
	const char *value;

	sha256_free(&o->sha256);
	o->kind = CHECKSUM_NONE;
	o->crc = 0;
	if (type != NULL && strcmp(type, "FULL_OBJECT") != 0)
		return 0;
	for (enum checksum k = CHECKSUM_CRC64NVME; k <= CHECKSUM_SHA256; k++) {
		value = http_header(call, checksum_header(k));
		/* "…-7" is made of the checksums of seven parts. */
		if (value == NULL || strchr(value, '-') != NULL ||
		    strlen(value) >= sizeof o->want)
			continue;
		o->kind = k;
		snprintf(o->want, sizeof o->want, "%s", value);
		return k == CHECKSUM_SHA256 ? sha256_start(&o->sha256, e) : 0;
	}
	return 0;
}

int
s3_object_sum_add(struct s3_object *o, const void *data, size_t len,
    struct err *e)
{
	if (o->kind == CHECKSUM_SHA256)
		return sha256_add(&o->sha256, data, len, e);
	if (o->kind != CHECKSUM_NONE)
		o->crc = checksum_crc(o->kind, o->crc, data, len);
	return 0;
}

int
s3_object_sum_end(struct s3_object *o, struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	char have[CHECKSUM_TEXT], shown[S3_SHOWN];

	if (o->kind == CHECKSUM_NONE)
		return 0;
	if (o->kind == CHECKSUM_SHA256) {
		if (sha256_end(&o->sha256, digest, e) == -1)
			return -1;
		checksum_write_sha256(digest, have);
	} else {
		checksum_write_crc(o->kind, o->crc, have);
	}
	if (strcmp(have, o->want) == 0)
		return 0;
	return err_set(e, EXIT_DATA, "cannot get '%s': what came has the %s %s,"
	    " and S3 keeps %s", s3_site_show(o->site, o->key, shown),
	    checksum_name(o->kind), have, o->want);
}
