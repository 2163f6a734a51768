/* A request's URL and headers, signed, and the bytes of its answer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/encoding.h"
#include "base/hash.h"
#include "s3/part_plan.h"
#include "s3/s3_request.h"

/* What the last attempt left; the window for the answer is kept. */
static void
free_attempt(struct s3_request *r)
{
	struct s3_sending *g = r->sending;

	http_done(&g->call);
	signed_headers_free(&g->headers);
	free(g->url);
	g->url = NULL;
	g->error = 0;
	s3_response_free(&r->response);
}

void
s3_request_free(struct s3_request *r)
{
	if (r->sending == NULL)
		return;
	free_attempt(r);
	window_free(&r->sending->body);
	free(r->sending);
	r->sending = NULL;
}

static int
prepare(struct s3_request *r, struct err *e)
{
	if (r->sending != NULL) {
		free_attempt(r);
		window_rewind(&r->sending->body);
		return 0;
	}
	r->sending = calloc(1, sizeof *r->sending);
	if (r->sending == NULL)
		return err_memory(e);
	r->sending->request = r;
	if (window_init(&r->sending->body, r->room == 0 ? S3_ANSWER :
	    r->room) != 0) {
		free(r->sending);
		r->sending = NULL;
		return err_memory(e);
	}
	return 0;
}

/* What is signed of the body. */
static int
write_payload(const struct s3_request *r, const struct s3_site *site,
    char out[SHA256_HEX], struct err *e)
{
	uint8_t digest[SHA256_SIZE];

	if (site->creds == NULL)
		*out = '\0';
	else if (r->sha256 != NULL)
		hex_write(out, r->sha256, SHA256_SIZE);
	else if (r->checked && site->endpoint.secure)
		memcpy(out, SIGV4_UNSIGNED, sizeof SIGV4_UNSIGNED);
	else if (sha256_of(r->body, r->len, digest, e) != 0)
		return -1;
	else
		hex_write(out, digest, SHA256_SIZE);
	return 0;
}

/* URL and headers of an attempt. */
static int
build(struct s3_request *r, const struct s3_site *site, struct err *e)
{
	struct s3_sending *g = r->sending;
	char payload[SHA256_HEX];
	const struct s3_ask ask = { .method = r->method, .key = r->key,
		.query = r->query, .n_query = r->n_query,
		.headers = r->headers, .n_headers = r->n_headers,
		.payload = payload };

	g->corrections = site->corrections;
	return write_payload(r, site, payload, e) != 0 ? -1 :
	    s3_site_sign(site, &ask, &g->url, &g->headers, e);
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	struct s3_sending *g = call->ctx;

	if (window_write(&g->body, data, len) == 0)
		return 0;
	g->error = errno;
	return -1;
}

int
s3_request_make(struct s3_request *r, const struct s3_site *site,
    struct err *e)
{
	struct s3_sending *g;

	if (prepare(r, e) != 0 || build(r, site, e) != 0)
		return -1;
	g = r->sending;
	g->call = (struct http_call){
		.method = r->method, .url = g->url,
		.headers = (const char *const *)g->headers.lines,
		.n_headers = g->headers.n, .body = r->body,
		.body_len = r->len, .fresh = r->decides,
		.on_body = collect, .ctx = g,
	};
	return 0;
}

bool
s3_request_sent(const struct s3_request *r)
{
	return s3_response_sent(&r->sending->call);
}

const char *
s3_header(const struct s3_request *r, const char *name)
{
	return http_header(&r->sending->call, name);
}

const char *
s3_body(const struct s3_request *r, size_t *len)
{
	*len = window_size(&r->sending->body);
	return window_bytes(&r->sending->body);
}

static bool
mentions(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; text != NULL && *text != '\0'; text++)
		if (strncasecmp(text, word, len) == 0)
			return true;
	return false;
}

/* Among others those that say which checksum will come. */
static bool
has_checksum(const struct s3_request *r)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (mentions(r->headers[i], "x-amz-checksum"))
			return true;
	return false;
}

const char *
s3_request_hint(const struct s3_request *r)
{
	const char *code = r->response.code;
	bool unknown = r->response.status == 501 || mentions(code, "NotImplemented") ||
	    mentions(code, "checksum") ||
	    mentions(r->response.message, "checksum");

	if (r->response.fault == S3_REFUSED && unknown && has_checksum(r))
		return " (--checksum none sends none, if that is what this "
		    "service does not know)";
	if ((r->response.status == 413 || mentions(code, "EntityTooLarge")) &&
	    r->len > PART_MIN)
		return " (a smaller --part-size may be taken)";
	return "";
}
