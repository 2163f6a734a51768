/* The container's endpoint, the instance's metadata, STS. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/io.h"
#include "base/meter.h"
#include "base/window.h"
#include "network/creds_remote.h"
#include "network/retry.h"
#include "network/sigv4.h"

enum {
	ANSWER_MAX = 64 * 1024,
	TOKEN_MAX = 16 * 1024,
	FETCH_MS = 2000,
	STS_MS = 10 * 1000,
	FETCH_ATTEMPTS = 4
};

#define ECS_ORIGIN "http://169.254.170.2"
#define EC2_ORIGIN "http://169.254.169.254"
#define EC2_TOKEN "/latest/api/token"
#define EC2_ROLES "/latest/meta-data/iam/security-credentials/"

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot ask for credentials: "
	    "no memory");
}

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

static bool
is_true(const char *name)
{
	const char *value = environment(name);

	return value != NULL && strcasecmp(value, "true") == 0;
}

static int
open_client(struct creds_remote *r, long ms, bool no_proxy, struct err *e)
{
	const struct http_config config = { .connect_ms = ms, .stall_ms = ms,
		.connections = 1, .http1 = true, .no_proxy = no_proxy,
		.ca_file = environment("AWS_CA_BUNDLE") };

	r->http = http_new(&config, e);
	return r->http == NULL ? -1 : 0;
}

void
creds_remote_close(struct creds_remote *r)
{
	http_free(r->http);
	free(r->url);
	free(r->role);
	free(r->token_file);
	free(r->session);
	*r = (struct creds_remote){ 0 };
}

/* One question; call has method, url, headers and body. */

static int
collect(struct http_call *call, const void *data, size_t len)
{
	return window_write(call->ctx, data, len);
}

/* 0: answered with 200; 1: worth another attempt; -1. */
static int
ask_once(struct creds_remote *r, struct http_call *call, struct err *e)
{
	int rc = 0;

	window_rewind(call->ctx);
	if (http_run(r->http, call, e) != 0)
		return -1;
	if (call->end != HTTP_COMPLETE)
		rc = err_set(e, EXIT_TEMP, "no credentials from '%s': %s",
		    call->url, call->why);
	else if (call->status != 200)
		rc = err_set(e, EXIT_AUTH, "no credentials from '%s': "
		    "status %d", call->url, call->status);
	return rc != 0 && retry_worth(call->end, call->status) ? 1 : rc;
}

static void
pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* Asks until there is an answer or no hope; the answer is in the window.
 * *status may be NULL. */
static int
ask(struct creds_remote *r, const struct http_call *question,
    struct window *answer, int *status, struct err *e)
{
	const struct retry_policy policy = { .attempts = FETCH_ATTEMPTS,
		.base_ms = 100, .cap_ms = 1000 };
	struct http_call call;
	int64_t wait = 0;
	int rc = 1;

	for (unsigned made = 1; rc == 1 && wait >= 0; made++) {
		call = *question;
		call.on_body = collect;
		call.ctx = answer;
		rc = ask_once(r, &call, e);
		if (status != NULL)
			*status = call.status;
		http_done(&call);
		wait = rc == 1 ? retry_delay(&policy, made, -1, meter_now(),
		    retry_random()) : 0;
		if (wait > 0)
			pause_ms(wait);
	}
	return rc == 0 ? 0 : -1;
}

static int
begin(struct window *answer, struct err *e)
{
	return window_init(answer, ANSWER_MAX) == 0 ? 0 : no_memory(e);
}

static void
forget(struct window *answer)
{
	explicit_bzero((void *)(uintptr_t)window_bytes(answer),
	    window_size(answer));
	window_free(answer);
}

/* The container endpoint. */

/* The header with the token, if one is configured; *header is for the caller
 * to wipe and free. */
static int
authorization(char **header, struct err *e)
{
	const char *path = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char *text = NULL;
	int rc = 0;

	*header = NULL;
	if (path != NULL) {
		if ((text = io_slurp(path, TOKEN_MAX, NULL, e)) == NULL) {
			e->code = EXIT_AUTH;
			return -1;
		}
		text[strcspn(text, "\r\n")] = '\0';
		token = text;
	}
	if (token != NULL && !creds_printable(token))
		rc = err_set(e, EXIT_AUTH, "the container's authorization "
		    "token contains control characters");
	else if (token != NULL && asprintf(header, "Authorization: %s",
	    token) < 0) {
		*header = NULL;
		rc = no_memory(e);
	}
	creds_wipe_text(&text);
	return rc;
}

int
creds_container_open(struct creds_remote *r, const char *relative,
    const char *full, struct err *e)
{
	if (asprintf(&r->url, "%s%s", relative == NULL ? "" : ECS_ORIGIN,
	    relative == NULL ? full : relative) < 0) {
		r->url = NULL;
		return no_memory(e);
	}
	if ((relative != NULL && *relative != '/') ||
	    !creds_url_allowed(r->url))
		return err_set(e, EXIT_AUTH, "credentials may not be asked "
		    "for at '%s': use https, or the loopback", r->url);
	return open_client(r, FETCH_MS, true, e);
}

int
creds_container(struct creds_remote *r, struct creds_secret *s,
    struct err *e)
{
	const char *headers[] = { "Accept: application/json", NULL };
	struct http_call call = { .method = "GET", .url = r->url,
		.headers = headers, .n_headers = 1 };
	struct window answer;
	char *header;
	int rc;

	if (authorization(&header, e) != 0)
		return -1;
	if (begin(&answer, e) != 0) {
		creds_wipe_text(&header);
		return -1;
	}
	if (header != NULL)
		headers[call.n_headers++] = header;
	rc = ask(r, &call, &answer, NULL, e);
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&answer),
		    window_size(&answer), e);
	forget(&answer);
	creds_wipe_text(&header);
	return rc;
}

/* The instance's metadata. */

int
creds_instance_open(struct creds_remote *r, struct err *e)
{
	const char *origin = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	size_t len;

	if (is_true("AWS_EC2_METADATA_DISABLED"))
		return err_set(e, EXIT_AUTH, "the instance's metadata is "
		    "disabled");
	if (origin == NULL)
		origin = EC2_ORIGIN;
	for (len = strlen(origin); len > 0 && origin[len - 1] == '/'; len--)
		continue;
	if ((r->url = strndup(origin, len)) == NULL)
		return no_memory(e);
	return open_client(r, FETCH_MS, true, e);
}

/* The answer as one line of text, wiped by the caller. */
static int
ask_text(struct creds_remote *r, const char *method, const char *path,
    const char *tail, const char *header, char **text, int *status,
    struct err *e)
{
	struct http_call call = { .method = method, .headers = &header,
		.n_headers = header == NULL ? 0 : 1 };
	struct window answer;
	char *url;
	int rc;

	*text = NULL;
	if (asprintf(&url, "%s%s%s", r->url, path, tail) < 0)
		return no_memory(e);
	if (begin(&answer, e) != 0) {
		free(url);
		return -1;
	}
	call.url = url;
	if ((rc = ask(r, &call, &answer, status, e)) == 0 &&
	    (*text = strndup(window_bytes(&answer), window_size(&answer))) ==
	    NULL)
		rc = no_memory(e);
	forget(&answer);
	free(url);
	return rc;
}

/* The header with a session's token; NULL where there is only version 1. */
static int
instance_token(struct creds_remote *r, char **header, struct err *e)
{
	char *token;
	int status = 0, rc = 0;

	*header = NULL;
	if (ask_text(r, "PUT", EC2_TOKEN, "",
	    "x-aws-ec2-metadata-token-ttl-seconds: 21600", &token, &status,
	    e) != 0)
		return (status == 403 || status == 404 || status == 405) &&
		    !is_true("AWS_EC2_METADATA_V1_DISABLED") ? 0 : -1;
	if (!creds_printable(token))
		rc = err_set(e, EXIT_AUTH, "the instance's token contains "
		    "control characters");
	else if (asprintf(header, "x-aws-ec2-metadata-token: %s", token) < 0) {
		*header = NULL;
		rc = no_memory(e);
	}
	creds_wipe_text(&token);
	return rc;
}

int
creds_instance(struct creds_remote *r, struct creds_secret *s, struct err *e)
{
	char *header, *role = NULL, *json = NULL, *encoded = NULL;
	int rc = -1;

	if (instance_token(r, &header, e) != 0)
		return -1;
	if (ask_text(r, "GET", EC2_ROLES, "", header, &role, NULL, e) == 0) {
		role[strcspn(role, "\r\n")] = '\0';
		if ((encoded = sigv4_encode(role, 1)) == NULL)
			no_memory(e);
		else if (*encoded == '\0')
			err_set(e, EXIT_AUTH, "the instance has no role");
		else if (ask_text(r, "GET", EC2_ROLES, encoded, header, &json,
		    NULL, e) == 0)
			rc = creds_parse(s, json, strlen(json), e);
	}
	free(encoded);
	creds_wipe_text(&role);
	creds_wipe_text(&json);
	creds_wipe_text(&header);
	return rc;
}

/* Web identity. */

int
creds_web_open(struct creds_remote *r, const char *role,
    const char *token_file, const char *session, const char *region,
    struct err *e)
{
	const char *endpoint = environment("AWS_ENDPOINT_URL_STS");

	if (endpoint == NULL)
		endpoint = environment("AWS_ENDPOINT_URL");
	if (endpoint == NULL ? asprintf(&r->url,
	    "https://sts.%s.amazonaws.com/", region) < 0 :
	    asprintf(&r->url, "%s/", endpoint) < 0) {
		r->url = NULL;
		return no_memory(e);
	}
	r->role = strdup(role);
	r->token_file = strdup(token_file);
	r->session = strdup(session == NULL ? "s3put" : session);
	if (r->role == NULL || r->token_file == NULL || r->session == NULL)
		return no_memory(e);
	return open_client(r, STS_MS, false, e);
}

/* The form, wiped by the caller. */
static char *
web_form(const struct creds_remote *r, struct err *e)
{
	char *token = io_slurp(r->token_file, TOKEN_MAX, NULL, e), *form;

	if (token == NULL) {
		e->code = EXIT_AUTH;
		return NULL;
	}
	token[strcspn(token, "\r\n")] = '\0';
	const struct sigv4_pair pairs[] = {
		{ "Action", "AssumeRoleWithWebIdentity" },
		{ "Version", "2011-06-15" }, { "RoleArn", r->role },
		{ "RoleSessionName", r->session },
		{ "WebIdentityToken", token } };

	form = sigv4_query(pairs, sizeof pairs / sizeof *pairs);
	creds_wipe_text(&token);
	if (form == NULL)
		no_memory(e);
	return form;
}

int
creds_web(struct creds_remote *r, struct creds_secret *s, struct err *e)
{
	static const char *const headers[] = {
		"Content-Type: application/x-www-form-urlencoded" };
	struct http_call call = { .method = "POST", .url = r->url,
		.headers = headers, .n_headers = 1 };
	struct window answer;
	char *form = web_form(r, e);
	int rc;

	if (form == NULL)
		return -1;
	if (begin(&answer, e) != 0) {
		creds_wipe_text(&form);
		return -1;
	}
	call.body = form;
	call.body_len = strlen(form);
	rc = ask(r, &call, &answer, NULL, e);
	if (rc == 0)
		rc = creds_parse_sts(s, window_bytes(&answer),
		    window_size(&answer), e);
	forget(&answer);
	creds_wipe_text(&form);
	return rc;
}
