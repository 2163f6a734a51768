/* The container's endpoint and the instance's metadata. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/environment.h"
#include "base/io.h"
#include "aws/creds_ask.h"
#include "aws/creds_remote.h"
#include "aws/sigv4.h"
#include "http/show.h"

enum { TOKEN_MAX = 16 * 1024,	/* bytes; tokens of EKS have about a thousand */
	FETCH_MS = 2000 };	/* the endpoints are on this machine; where there
				 * is none, it takes that long to know */

#define ECS_ORIGIN "http://169.254.170.2"
#define EC2_ORIGIN "http://169.254.169.254"
#define EC2_TOKEN "/latest/api/token"
#define EC2_ROLES "/latest/meta-data/iam/security-credentials/"

static bool
is_true(const char *name)
{
	const char *value = environment(name);

	return value != NULL && strcasecmp(value, "true") == 0;
}

void
creds_remote_close(struct creds_remote *r)
{
	http_free(r->http);
	creds_wipe_text(&r->url);
	*r = (struct creds_remote){ 0 };
}

/* The client, and what messages call its URL: secret is the length of an end of
 * it that they do not say. */
static int
open_client(struct creds_remote *r, size_t secret, struct trust *trust,
    struct err *e)
{
	show_url(r->url, r->shown, sizeof r->shown);
	if (secret > 0)
		snprintf(r->shown, sizeof r->shown, "%.*s***",
		    (int)(strlen(r->url) - secret), r->url);
	return (r->http = creds_client(FETCH_MS, true, trust, e)) == NULL ?
	    -1 : 0;
}

/* The container endpoint. */

/* The header with the token, if one is configured; *header is for the caller
 * to wipe and free. */
static int
authorization(char **header, int stop, struct err *e)
{
	const char *path = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char *text = NULL;
	int rc = 0;

	*header = NULL;
	if (path != NULL) {
		if ((text = io_slurp_until(path, TOKEN_MAX, NULL, stop,
		    e)) == NULL)
			return err_class(e, EXIT_AUTH);
		text[strcspn(text, "\r\n")] = '\0';
		token = text;
	}
	if (token != NULL && *token == '\0')
		rc = err_set(e, EXIT_AUTH, "there is no authorization token in "
		    "'%.200s'", path);
	else if (token != NULL && !creds_printable(token))
		rc = err_set(e, EXIT_AUTH, "the container's authorization "
		    "token contains control characters");
	else if (token != NULL && asprintf(header, "Authorization: %s",
	    token) < 0) {
		*header = NULL;
		rc = err_memory(e);
	}
	creds_wipe_text(&text);
	return rc;
}

int
creds_container_open(struct creds_remote *r, const char *relative,
    const char *full, struct trust *trust, struct err *e)
{
	int allowed;

	if (asprintf(&r->url, "%s%s", relative == NULL ? "" : ECS_ORIGIN,
	    relative == NULL ? full : relative) < 0) {
		r->url = NULL;
		return err_memory(e);
	}
	/* On ECS whoever knows the path gets the credentials. */
	if (open_client(r, relative == NULL ? 0 : strlen(relative), trust,
	    e) != 0)
		return -1;
	allowed = relative == NULL || *relative == '/' ?
	    creds_url_allowed(r->url, e) : 0;
	if (allowed == 0)
		err_set(e, EXIT_AUTH, "credentials may not be asked "
		    "for at '%s': use https, or the loopback", r->shown);
	return allowed == 1 ? 0 : -1;
}

int
creds_container(struct creds_remote *r, int stop, struct creds_secret *s,
    struct err *e)
{
	const char *headers[] = { "Accept: application/json", NULL };
	struct http_call call = { .method = "GET", .url = r->url,
		.headers = headers, .n_headers = 1 };
	struct window answer;
	char *header;
	int rc;

	if (authorization(&header, stop, e) != 0)
		return -1;
	if (header != NULL)
		headers[call.n_headers++] = header;
	rc = creds_ask(r->http, stop, &call, r->shown, &answer, NULL, e);
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&answer),
		    window_size(&answer), e);
	creds_forget(&answer);
	creds_wipe_text(&header);
	return rc;
}

/* The instance's metadata. */

int
creds_instance_open(struct creds_remote *r, struct trust *trust,
    struct err *e)
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
		return err_memory(e);
	return open_client(r, 0, trust, e);
}

/* The answer as text, wiped by the caller; NULL with e.  header NULL: none. */
static char *
ask_text(struct creds_remote *r, int stop, const char *method,
    const char *path, const char *tail, const char *header, int *status,
    struct err *e)
{
	struct http_call call = { .method = method, .headers = &header,
		.n_headers = header == NULL ? 0 : 1 };
	struct window answer;
	char *url, *text = NULL;

	if (asprintf(&url, "%s%s%s", r->url, path, tail) < 0) {
		err_memory(e);
		return NULL;
	}
	call.url = url;
	if (creds_ask(r->http, stop, &call, r->shown, &answer, status, e) == 0 &&
	    (text = strndup(window_bytes(&answer), window_size(&answer))) ==
	    NULL)
		err_memory(e);
	creds_forget(&answer);
	free(url);
	return text;
}

/* The header with a session's token; NULL where there is only version 1. */
static int
instance_token(struct creds_remote *r, int stop, char **header,
    struct err *e)
{
	char *token;
	int status = 0, rc = 0;

	*header = NULL;
	token = ask_text(r, stop, "PUT", EC2_TOKEN, "",
	    "x-aws-ec2-metadata-token-ttl-seconds: 21600", &status, e);
	if (token == NULL)
		return (status == 403 || status == 404 || status == 405) &&
		    !is_true("AWS_EC2_METADATA_V1_DISABLED") ? 0 : -1;
	if (!creds_printable(token))
		rc = err_set(e, EXIT_AUTH, "the instance's token contains "
		    "control characters");
	else if (asprintf(header, "x-aws-ec2-metadata-token: %s", token) < 0) {
		*header = NULL;
		rc = err_memory(e);
	}
	creds_wipe_text(&token);
	return rc;
}

/* The name of the instance's role, encoded; NULL with e. */
static char *
instance_role(struct creds_remote *r, int stop, const char *header,
    struct err *e)
{
	char *role = ask_text(r, stop, "GET", EC2_ROLES, "", header, NULL, e);
	char *encoded;

	if (role == NULL)
		return NULL;
	role[strcspn(role, "\r\n")] = '\0';
	encoded = sigv4_encode(role, 1);
	free(role);
	if (encoded == NULL)
		err_memory(e);
	return encoded;
}

int
creds_instance(struct creds_remote *r, int stop, struct creds_secret *s,
    struct err *e)
{
	char *header, *role, *json = NULL;
	int rc = -1;

	if (instance_token(r, stop, &header, e) != 0)
		return -1;
	role = instance_role(r, stop, header, e);
	if (role != NULL && *role == '\0')
		err_set(e, EXIT_AUTH, "the instance has no role");
	else if (role != NULL)
		json = ask_text(r, stop, "GET", EC2_ROLES, role, header, NULL,
		    e);
	if (json != NULL)
		rc = creds_parse(s, json, strlen(json), e);
	free(role);
	creds_wipe_text(&json);
	creds_wipe_text(&header);
	return rc;
}
