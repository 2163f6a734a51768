/* Credentials from the environment or a container's endpoint, kept fresh. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero, timegm */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "base/io.h"
#include "base/meter.h"
#include "base/window.h"
#include "formats/json.h"
#include "network/creds.h"
#include "network/http.h"
#include "network/retry.h"

enum {
	ANSWER_MAX = 64 * 1024,
	TOKEN_MAX = 16 * 1024,
	FRESH_SECONDS = 10 * 60,
	FETCH_MS = 2000,
	FETCH_ATTEMPTS = 4
};

#define ECS_ORIGIN "http://169.254.170.2"

struct creds {
	const char *source;
	struct creds_secret now;
	int64_t due;			/* fetch again at; 0: never */
	char *url;			/* of the endpoint */
	struct http *http;
	/* Fills s from the source; NULL: there is nothing to fetch. */
	int (*fetch)(struct creds *c, struct creds_secret *s, struct err *e);
};

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot keep credentials: no memory");
}

static void
wipe(char **text)
{
	if (*text != NULL)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void
creds_wipe(struct creds_secret *s)
{
	wipe(&s->id);
	wipe(&s->secret);
	wipe(&s->token);
	s->expires = 0;
}

/* The environment. */

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

/* A key goes into a header: no control bytes. */
static bool
printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static int
keep(struct creds_secret *s, const char *id, const char *secret,
    const char *token, struct err *e)
{
	if (!printable(id) || (token != NULL && !printable(token)))
		return err_set(e, EXIT_AUTH,
		    "the credentials contain control characters");
	s->id = strdup(id);
	s->secret = strdup(secret);
	s->token = token == NULL ? NULL : strdup(token);
	if (s->id == NULL || s->secret == NULL ||
	    (token != NULL && s->token == NULL)) {
		creds_wipe(s);
		return no_memory(e);
	}
	return 0;
}

static int
open_environment(struct creds *c, const char *id, struct err *e)
{
	const char *secret = environment("AWS_SECRET_ACCESS_KEY");

	if (secret == NULL)
		return err_set(e, EXIT_AUTH, "AWS_ACCESS_KEY_ID is set, "
		    "AWS_SECRET_ACCESS_KEY is not");
	c->source = "environment";
	return keep(&c->now, id, secret, environment("AWS_SESSION_TOKEN"), e);
}

/* The container endpoint. */

int64_t
creds_time(const char *text)
{
	struct tm t = { 0 };
	int used = 0, hours = 0, minutes = 0;
	char sign = '+';
	int64_t seconds;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &t.tm_year, &t.tm_mon,
	    &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &used) != 6)
		return -1;
	text += used;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	if (strcmp(text, "Z") != 0 &&
	    (sscanf(text, "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
	    (sign != '+' && sign != '-')))
		return -1;
	t.tm_year -= 1900;
	t.tm_mon--;
	seconds = timegm(&t);
	hours = hours * 3600 + minutes * 60;
	return seconds - (sign == '-' ? -hours : hours);
}

int
creds_parse(struct creds_secret *s, const char *json, size_t len,
    struct err *e)
{
	enum { ID, SECRET, TOKEN, SESSION, EXPIRES, CODE, MESSAGE, COUNT };
	struct json_want w[COUNT] = {
		[ID] = { .path = "AccessKeyId" },
		[SECRET] = { .path = "SecretAccessKey" },
		[TOKEN] = { .path = "Token" },
		[SESSION] = { .path = "SessionToken" },
		[EXPIRES] = { .path = "Expiration" },
		[CODE] = { .path = "code" },
		[MESSAGE] = { .path = "message" },
	};
	const char *token;
	int rc = -1;

	*s = (struct creds_secret){ 0 };
	if (json_pick(json, len, w, COUNT, e) != 0) {
		e->code = EXIT_AUTH;
		return err_prefix(e, "unreadable credentials");
	}
	for (int i = ID; i <= SESSION; i++)
		if (w[i].text != NULL && strlen(w[i].text) != w[i].len)
			w[i].type = JSON_ABSENT;	/* it holds a NUL */
	token = w[TOKEN].type == JSON_STRING ? w[TOKEN].text :
	    w[SESSION].type == JSON_STRING ? w[SESSION].text : NULL;
	if (w[ID].type != JSON_STRING || w[SECRET].type != JSON_STRING)
		err_set(e, EXIT_AUTH, "no credentials in the answer: %.200s "
		    "%.400s", w[CODE].type == JSON_STRING ? w[CODE].text :
		    "AccessKeyId or SecretAccessKey is missing",
		    w[MESSAGE].type == JSON_STRING ? w[MESSAGE].text : "");
	else
		rc = keep(s, w[ID].text, w[SECRET].text, token, e);
	if (rc == 0 && w[EXPIRES].type == JSON_STRING &&
	    (s->expires = creds_time(w[EXPIRES].text)) <= 0) {
		creds_wipe(s);
		rc = err_set(e, EXIT_AUTH, "unreadable credentials: "
		    "Expiration is not a time");
	}
	for (int i = ID; i < COUNT; i++)
		if (w[i].text != NULL)
			explicit_bzero(w[i].text, w[i].len);
	json_want_free(w, COUNT);
	return rc;
}

static bool
local_address(const char *host)
{
	static const char *const known[] = { "localhost", "169.254.170.2",
		"169.254.170.23", "[::1]", "[fd00:ec2::23]" };
	struct in_addr v4;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(host, known[i]) == 0)
			return true;
	return inet_pton(AF_INET, host, &v4) == 1 &&
	    ntohl(v4.s_addr) >> 24 == 127;
}

bool
creds_url_allowed(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	bool allowed = false;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		allowed = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && local_address(host));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return allowed;
}

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
	if (token != NULL && !printable(token))
		rc = err_set(e, EXIT_AUTH, "the container's authorization "
		    "token contains control characters");
	else if (token != NULL && asprintf(header, "Authorization: %s",
	    token) < 0) {
		*header = NULL;
		rc = no_memory(e);
	}
	wipe(&text);
	return rc;
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	return window_write(call->ctx, data, len);
}

/* One GET; 1: worth another attempt. */
static int
ask(struct creds *c, const char *header, struct window *answer, struct err *e)
{
	const char *headers[] = { "Accept: application/json", header };
	struct http_call call = {
		.method = "GET", .url = c->url, .headers = headers,
		.n_headers = header == NULL ? 1 : 2,
		.on_body = collect, .ctx = answer,
	};
	int rc = 0;

	window_rewind(answer);
	if (http_run(c->http, &call, e) != 0) {
		http_done(&call);
		return -1;
	}
	if (call.end != HTTP_COMPLETE)
		rc = err_set(e, EXIT_TEMP, "no credentials from '%s': %s",
		    c->url, call.why);
	else if (call.status != 200)
		rc = err_set(e, EXIT_AUTH, "no credentials from '%s': "
		    "status %d", c->url, call.status);
	if (rc != 0 && retry_worth(call.end, call.status))
		rc = 1;
	http_done(&call);
	return rc;
}

static void
pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static int
fetch_container(struct creds *c, struct creds_secret *s, struct err *e)
{
	const struct retry_policy policy = { .attempts = FETCH_ATTEMPTS,
		.base_ms = 100, .cap_ms = 1000 };
	struct window answer = { 0 };
	char *header = NULL;
	int64_t wait;
	int rc;

	if (authorization(&header, e) != 0)
		return -1;
	if (window_init(&answer, ANSWER_MAX) != 0) {
		wipe(&header);
		return no_memory(e);
	}
	for (unsigned made = 1; (rc = ask(c, header, &answer, e)) == 1; made++) {
		wait = retry_delay(&policy, made, -1, meter_now(),
		    retry_random());
		if (wait < 0)
			break;
		pause_ms(wait);
	}
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&answer),
		    window_size(&answer), e);
	explicit_bzero((void *)window_bytes(&answer), window_size(&answer));
	window_free(&answer);
	wipe(&header);
	return rc == 0 ? 0 : -1;
}

static int
open_container(struct creds *c, const char *relative, const char *full,
    struct err *e)
{
	const struct http_config config = { .connect_ms = FETCH_MS,
		.stall_ms = FETCH_MS, .connections = 1, .http1 = true,
		.no_proxy = true };

	if (asprintf(&c->url, "%s%s", relative == NULL ? "" : ECS_ORIGIN,
	    relative == NULL ? full : relative) < 0) {
		c->url = NULL;
		return no_memory(e);
	}
	if ((relative != NULL && *relative != '/') ||
	    !creds_url_allowed(c->url))
		return err_set(e, EXIT_AUTH, "credentials may not be asked "
		    "for at '%s': use https, or the loopback", c->url);
	if ((c->http = http_new(&config, e)) == NULL)
		return -1;
	c->source = "container";
	c->fetch = fetch_container;
	c->due = 1;
	return 0;
}

/* The chain. */

struct creds *
creds_open(struct err *e)
{
	const char *id = environment("AWS_ACCESS_KEY_ID");
	const char *relative =
	    environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	struct creds *c = calloc(1, sizeof *c);
	int rc;

	if (c == NULL) {
		no_memory(e);
		return NULL;
	}
	if (id != NULL)
		rc = open_environment(c, id, e);
	else if (relative != NULL || full != NULL)
		rc = open_container(c, relative, full, e);
	else
		rc = err_set(e, EXIT_AUTH, "no credentials: set "
		    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run in "
		    "a container with a role");
	if (rc != 0) {
		creds_close(c);
		return NULL;
	}
	return c;
}

void
creds_close(struct creds *c)
{
	if (c == NULL)
		return;
	creds_wipe(&c->now);
	free(c->url);
	http_free(c->http);
	free(c);
}

/* Ten minutes before the end, or in the middle of a short life. */
static int64_t
due_time(int64_t expires, int64_t now)
{
	int64_t left = expires - now;

	if (expires == 0)
		return 0;
	return left / 2 < FRESH_SECONDS ? now + left / 2 + 1 :
	    expires - FRESH_SECONDS;
}

static int
refresh(struct creds *c, int64_t now, struct err *e)
{
	struct creds_secret fresh = { 0 };

	if (c->fetch(c, &fresh, e) != 0) {
		/* The old ones still do for a while: ask again soon. */
		if (c->now.id == NULL || c->now.expires <= now + 60)
			return -1;
		c->due = now + 60;
		return 0;
	}
	if (fresh.expires != 0 && fresh.expires <= now) {
		creds_wipe(&fresh);
		return err_set(e, EXIT_AUTH, "the credentials from '%s' have "
		    "expired already", c->url);
	}
	creds_wipe(&c->now);
	c->now = fresh;
	c->due = due_time(fresh.expires, now);
	return 0;
}

int
creds_get(struct creds *c, int64_t now, struct sigv4_key *key, struct err *e)
{
	if (c->due != 0 && now >= c->due && refresh(c, now, e) != 0)
		return -1;
	*key = (struct sigv4_key){ c->now.id, c->now.secret, c->now.token };
	return 0;
}

bool
creds_expired(struct creds *c)
{
	if (c->fetch == NULL)
		return false;
	c->due = 1;
	c->now.expires = 0;
	return true;
}

const char *
creds_source(const struct creds *c)
{
	return c->source;
}
