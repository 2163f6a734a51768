/* AssumeRole and AssumeRoleWithWebIdentity. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "aws/xml.h"
#include "aws/creds_ask.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "aws/signed_headers.h"
#include "aws/sts.h"

enum { STS_MS = 10 * 1000,	/* a service on the Internet */
	TOKEN_MAX = 16 * 1024,	/* bytes; STS takes 20,000 characters, tokens of
				 * OIDC have one or two thousand */
	DURATION_MIN = 900, DURATION_MAX = 43200 };	/* seconds, as STS has it */

#define VERSION_OF_API "2011-06-15"
#define SESSION "s3put"
#define FORM "application/x-www-form-urlencoded"

static int
check_duration(const char *text, struct err *e)
{
	char *end;
	long n = text == NULL ? DURATION_MIN : strtol(text, &end, 10);

	if (text == NULL || (end != text && *end == '\0' &&
	    n >= DURATION_MIN && n <= DURATION_MAX))
		return 0;
	return err_set(e, EXIT_AUTH, "duration_seconds is %d to %d, not "
	    "'%.64s'", DURATION_MIN, DURATION_MAX, text);
}

static int
copy(char **to, const char *from, struct err *e)
{
	*to = from == NULL ? NULL : strdup(from);
	return from == NULL || *to != NULL ? 0 : err_memory(e);
}

static int
copy_role(struct sts *t, const struct sts_role *role, struct err *e)
{
	if (check_duration(role->duration, e) != 0 ||
	    copy(&t->arn, role->arn, e) != 0 ||
	    copy(&t->session, role->session == NULL ? SESSION :
	    role->session, e) != 0 ||
	    copy(&t->token_file, role->token_file, e) != 0 ||
	    copy(&t->external_id, role->external_id, e) != 0)
		return -1;
	return copy(&t->duration, role->duration, e);
}

int
sts_open(struct sts *t, const struct endpoint_config *config,
    struct trust *trust, const struct sts_role *role, struct err *e)
{
	struct endpoint_config where = { .region = config->region };
	char *aws = NULL;
	int rc;

	*t = (struct sts){ 0 };
	where.url = config->url;
	if (where.url == NULL || *where.url == '\0') {
		if (endpoint_sts(config, &aws, e) != 0)
			return -1;
		where.url = aws;
	}
	rc = endpoint_make(&t->endpoint, &where, "sts", e);
	free(aws);
	if (rc != 0)
		return err_prefix(e, "STS");
	if (asprintf(&t->url, "%s%s/", t->endpoint.origin,
	    t->endpoint.prefix) < 0) {
		t->url = NULL;
		return err_memory(e);
	}
	if (copy(&t->region, config->region, e) != 0 ||
	    copy_role(t, role, e) != 0)
		return -1;
	t->http = creds_client(STS_MS, false, trust, e);
	return t->http == NULL ? -1 : 0;
}

void
sts_close(struct sts *t)
{
	http_free(t->http);
	endpoint_free(&t->endpoint);
	free(t->url);
	free(t->region);
	free(t->arn);
	free(t->session);
	free(t->token_file);
	free(t->external_id);
	free(t->duration);
	*t = (struct sts){ 0 };
}

/* What is asked, as a form; wiped by the caller.  NULL with e. */

static char *
web_form(const struct sts *t, int stop, struct err *e)
{
	char *token = io_slurp_until(t->token_file, TOKEN_MAX, NULL, stop, e);
	char *form;

	if (token == NULL) {
		err_class(e, EXIT_AUTH);
		return NULL;
	}
	token[strcspn(token, "\r\n")] = '\0';
	const struct sigv4_pair pairs[] = {
		{ "Action", "AssumeRoleWithWebIdentity" },
		{ "Version", VERSION_OF_API }, { "RoleArn", t->arn },
		{ "RoleSessionName", t->session },
		{ "WebIdentityToken", token } };

	form = sigv4_query(pairs, sizeof pairs / sizeof *pairs);
	creds_wipe_text(&token);
	if (form == NULL)
		err_memory(e);
	return form;
}

static char *
role_form(const struct sts *t, struct err *e)
{
	struct sigv4_pair pairs[6] = { { "Action", "AssumeRole" },
		{ "Version", VERSION_OF_API }, { "RoleArn", t->arn },
		{ "RoleSessionName", t->session } };
	size_t n = 4;
	char *form;

	if (t->external_id != NULL)
		pairs[n++] = (struct sigv4_pair){ "ExternalId",
			t->external_id };
	if (t->duration != NULL)
		pairs[n++] = (struct sigv4_pair){ "DurationSeconds",
			t->duration };
	if ((form = sigv4_query(pairs, n)) == NULL)
		err_memory(e);
	return form;
}

/* The headers: without a key, what is asked is not signed. */
static int
make_headers(const struct sts *t, const struct sigv4_key *key, int64_t now,
    const char *form, struct signed_headers *h, struct err *e)
{
	static const char *const type[] = { "Content-Type: " FORM };
	char payload[SHA256_HEX], *path;
	uint8_t digest[SHA256_SIZE];
	int rc;

	if (sha256_of(form, strlen(form), digest, e) != 0)
		return -1;
	hex_write(payload, digest, sizeof digest);
	if ((path = sigv4_path(t->endpoint.prefix, NULL, "")) == NULL)
		return err_memory(e);
	const struct sigv4_request q = { .method = "POST", .path = path,
		.query = "", .payload = payload, .region = t->region,
		.service = "sts" };

	rc = signed_headers_make(h, &q, t->endpoint.host, type, 1, key, now,
	    e);
	free(path);
	return rc;
}

/* The answer. */

/* STS says why it refuses; e, which has the status only, is made better. */
static void
explain(struct window *answer, struct err *e)
{
	enum { CODE, MESSAGE, COUNT };
	struct xml_want w[COUNT] = {
		[CODE] = { .path = "ErrorResponse.Error.Code" },
		[MESSAGE] = { .path = "ErrorResponse.Error.Message" },
	};
	struct err none = ERR_NONE;

	if (xml_pick(window_bytes(answer), window_size(answer), w, COUNT,
	    &none) != 0)
		return;
	if (w[CODE].text != NULL)
		err_set(e, e->code, "STS refuses: %.64s%s%.400s",
		    w[CODE].text, w[MESSAGE].text == NULL ? "" : ": ",
		    w[MESSAGE].text == NULL ? "" : w[MESSAGE].text);
	xml_want_free(w, COUNT);
}

static int
ask(struct sts *t, const char *form, const struct signed_headers *h, int stop,
    struct creds_secret *s, struct err *e)
{
	const struct http_call call = { .method = "POST", .url = t->url,
		.headers = (const char *const *)h->lines, .n_headers = h->n,
		.body = form, .body_len = strlen(form) };
	struct window answer;
	int status = 0, rc = creds_ask(t->http, stop, &call, t->url, &answer,
	    &status, e);

	if (rc == 0)
		rc = creds_parse_sts(s, window_bytes(&answer),
		    window_size(&answer), e);
	else if (status >= 400)
		explain(&answer, e);
	creds_forget(&answer);
	return rc == 0 ? 0 : err_prefix(e, "role '%.200s'", t->arn);
}

int
sts_ask(struct sts *t, const struct sigv4_key *key, int64_t now, int stop,
    struct creds_secret *s, struct err *e)
{
	char *form = key == NULL ? web_form(t, stop, e) : role_form(t, e);
	struct signed_headers h = { .n = 0 };
	int rc;

	if (form == NULL)
		return -1;
	rc = make_headers(t, key, now, form, &h, e);
	if (rc == 0)
		rc = ask(t, form, &h, stop, s, e);
	signed_headers_free(&h);
	creds_wipe_text(&form);
	return rc;
}
