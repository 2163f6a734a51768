/* Requests to S3: sent, waited for, and sent again where it helps. */
#define _GNU_SOURCE	/* asprintf */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/meter.h"
#include "base/window.h"
#include "network/date.h"
#include "network/retry.h"
#include "network/s3.h"
#include "network/s3_headers.h"
#include "network/s3_judge.h"

enum {
	ANSWER_MAX = 1 << 20,
	SHOWN = 200,
	EXTRA_MAX = 8,
	BASE_MS = 200,
	CAP_MS = 20 * 1000,
	AT_ONCE = 0
};

struct s3 {
	struct s3_config config;
	struct endpoint endpoint;
	struct http *http;
	struct creds *creds;
	char *path;
	char *region;
	bool moved;			/* the region was corrected */
	char shown[SHOWN];
	int64_t skew;			/* seconds the server is ahead */
	bool skewed;			/* it was corrected */
	unsigned forgiven;		/* signals */
	uint64_t attempts;
};

/* What one attempt holds: call.ctx points back at the request. */
struct s3_sending {
	struct http_call call;
	struct s3_request *request;
	struct window answer;
	char *url;
	struct s3_headers headers;
	bool running;
};

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot send a request: no memory");
}

/* Life. */

/* Turns to a region: where the bucket is reached, and who signs for it. */
static int
settle(struct s3 *s, const char *region, struct err *e)
{
	const struct s3_name *name = s->config.name;
	struct endpoint_config config = s->config.endpoint;
	struct endpoint fresh;
	char *path, *copy;

	config.region = region;
	if (endpoint_make(&fresh, &config, name->bucket, e) != 0)
		return -1;
	path = sigv4_path(fresh.prefix, fresh.bucket_in_path ?
	    name->bucket : NULL, name->key);
	copy = strdup(region);
	if (path == NULL || copy == NULL) {
		free(path);
		free(copy);
		endpoint_free(&fresh);
		return no_memory(e);
	}
	endpoint_free(&s->endpoint);
	free(s->path);
	free(s->region);
	s->endpoint = fresh;
	s->path = path;
	s->region = copy;
	return 0;
}

static void
show(struct s3 *s, const struct s3_name *name)
{
	snprintf(s->shown, sizeof s->shown, "s3://%s/%s", name->bucket,
	    name->key);
}

/* On AWS it is always TLS, whatever region is followed. */
static int
check_secrecy(const struct s3 *s, struct err *e)
{
	if (!s->config.secret || s->endpoint.secure || s->endpoint.loopback)
		return 0;
	return err_set(e, EXIT_USAGE, "a key is not sent to '%s' without TLS",
	    s->endpoint.host);
}

struct s3 *
s3_open(const struct s3_config *config, struct creds *creds, struct err *e)
{
	struct http_config http = { .ca_file = config->ca_file,
		.connections = config->connections, .http1 = true,
		.verbose = config->verbose };
	const struct s3_name *name = config->name;
	struct s3 *s = calloc(1, sizeof *s);

	if (s == NULL) {
		no_memory(e);
		return NULL;
	}
	s->config = *config;
	s->creds = creds;
	show(s, name);
	if (settle(s, config->endpoint.region, e) != 0 ||
	    check_secrecy(s, e) != 0)
		goto fail;
	http.no_proxy = config->secret && !s->endpoint.secure;
	if ((s->http = http_new(&http, e)) == NULL)
		goto fail;
	return s;
fail:
	s3_close(s);
	return NULL;
}

void
s3_close(struct s3 *s)
{
	if (s == NULL)
		return;
	http_free(s->http);
	endpoint_free(&s->endpoint);
	free(s->path);
	free(s->region);
	free(s);
}

const char *
s3_shown(const struct s3 *s)
{
	return s->shown;
}

int
s3_aim(struct s3 *s, const struct s3_name *name, struct err *e)
{
	s->config.name = name;
	show(s, name);
	return settle(s, s->region, e);
}

char *
s3_url(const struct s3 *s)
{
	char *url;

	return asprintf(&url, "%s%s", s->endpoint.origin, s->path) < 0 ?
	    NULL : url;
}

uint64_t
s3_attempts(const struct s3 *s)
{
	return s->attempts;
}

/* Putting a request together. */

/* What the last attempt left; the window for the answer is kept. */
static void
free_attempt(struct s3 *s, struct s3_request *r)
{
	struct s3_sending *g = r->sending;

	if (g->running)
		http_cancel(s->http, &g->call);
	http_done(&g->call);
	g->running = false;
	s3_headers_free(&g->headers);
	free(g->url);
	g->url = NULL;
	s3_answer_free(&r->answer);
}

void
s3_clear(struct s3 *s, struct s3_request *r)
{
	if (r->sending == NULL)
		return;
	free_attempt(s, r);
	window_free(&r->sending->answer);
	free(r->sending);
	r->sending = NULL;
}

static int
prepare_sending(struct s3 *s, struct s3_request *r, struct err *e)
{
	if (r->sending != NULL) {
		free_attempt(s, r);
		window_rewind(&r->sending->answer);
		return 0;
	}
	r->sending = calloc(1, sizeof *r->sending);
	if (r->sending == NULL)
		return no_memory(e);
	r->sending->request = r;
	if (window_init(&r->sending->answer, ANSWER_MAX) != 0) {
		free(r->sending);
		r->sending = NULL;
		return no_memory(e);
	}
	return 0;
}

/* URL and headers of an attempt. */
static int
build(struct s3 *s, struct s3_request *r, struct err *e)
{
	struct s3_sending *g = r->sending;
	int64_t now = (int64_t)time(NULL) + s->skew;
	struct sigv4_key key;
	uint8_t digest[SHA256_SIZE];
	char payload[SHA256_HEX], *query;
	int rc = -1;

	if (s->creds != NULL && creds_get(s->creds, now, &key, e) != 0) {
		s3_check(s, e);		/* a signal meanwhile says more */
		return -1;
	}
	if (r->sha256 == NULL && sha256_of(r->body, r->len, digest, e) != 0)
		return -1;
	hex_write(payload, r->sha256 == NULL ? digest : r->sha256,
	    SHA256_SIZE);
	if ((query = sigv4_query(r->query, r->n_query)) == NULL)
		return no_memory(e);
	if (asprintf(&g->url, "%s%s%s%s", s->endpoint.origin, s->path,
	    *query == '\0' ? "" : "?", query) < 0) {
		g->url = NULL;
		no_memory(e);
	} else {
		const struct sigv4_request q = { .method = r->method,
			.path = s->path, .query = query, .payload = payload,
			.region = s->region, .service = "s3" };

		rc = s3_headers_make(&g->headers, &q, s->endpoint.host,
		    r->headers, r->n_headers, s->creds == NULL ? NULL : &key,
		    now, e);
	}
	free(query);
	return rc;
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	struct s3_sending *g = call->ctx;

	return window_write(&g->answer, data, len);
}

int
s3_start(struct s3 *s, struct s3_request *r, struct err *e)
{
	struct s3_sending *g;

	if (prepare_sending(s, r, e) != 0 || build(s, r, e) != 0)
		return err_prefix(e, "cannot %s '%s'", r->what, s->shown);
	g = r->sending;
	g->call = (struct http_call){
		.method = r->method, .url = g->url,
		.headers = (const char *const *)g->headers.lines,
		.n_headers = g->headers.n, .body = r->body,
		.body_len = r->len, .on_body = collect, .ctx = g,
	};
	r->fault = S3_NONE;
	r->attempts++;
	s->attempts++;
	if (http_start(s->http, &g->call, e) != 0)
		return err_prefix(e, "cannot %s '%s'", r->what, s->shown);
	g->running = true;
	return 0;
}

/* Waiting. */

static bool
stopped(const struct s3 *s)
{
	return s->config.stop != NULL &&
	    stop_poll(s->config.stop) > s->forgiven;
}

int
s3_check(struct s3 *s, struct err *e)
{
	if (stopped(s))
		return err_set(e, EXIT_TEMP, "stopped by signal %d",
		    s->config.stop->signal);
	if (s->config.deadline != 0 && meter_now() >= s->config.deadline)
		return err_set(e, EXIT_TEMP, "the deadline has run out");
	return 0;
}

struct s3_request *
s3_wait(struct s3 *s, int64_t until, struct pollfd *extra, unsigned n)
{
	struct pollfd fds[EXTRA_MAX];
	int64_t deadline = s->config.deadline, ms = -1;
	unsigned all = 0;
	struct http_call *call;

	if (until < 0 || (deadline != 0 && deadline < until))
		until = deadline != 0 ? deadline : -1;
	if (until >= 0 && (ms = until - meter_now()) < 0)
		ms = 0;
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	for (; extra != NULL && all < n && all < EXTRA_MAX - 1; all++)
		fds[all] = extra[all];
	if (s->config.stop != NULL)
		fds[all++] = (struct pollfd){ s->config.stop->fd, POLLIN, 0 };
	call = http_wait(s->http, (int)ms, fds, all);
	for (unsigned i = 0; extra != NULL && i < n && call == NULL; i++)
		extra[i].revents = fds[i].revents;
	if (call == NULL)
		return NULL;
	((struct s3_sending *)call->ctx)->running = false;
	return ((struct s3_sending *)call->ctx)->request;
}

/* Judging. */

const char *
s3_header(const struct s3_request *r, const char *name)
{
	return http_header(&r->sending->call, name);
}

const char *
s3_body(const struct s3_request *r, size_t *len)
{
	*len = window_size(&r->sending->answer);
	return window_bytes(&r->sending->answer);
}

/* Takes the server's clock; only once, and only if it says something new. */
static bool
correct_clock(struct s3 *s, const struct s3_request *r)
{
	const char *date = s3_header(r, "Date");
	int64_t theirs;

	if (s->skewed || date == NULL || !date_parse(date, &theirs))
		return false;
	s->skew = theirs - (int64_t)time(NULL);
	s->skewed = true;
	return true;
}

/* Follows the bucket to its region, once. */
static bool
follow(struct s3 *s, const struct s3_request *r)
{
	const char *region = s3_header(r, "x-amz-bucket-region");
	struct err e;

	if (region == NULL)
		region = r->answer.region;
	if (s->moved || region == NULL || strcmp(region, s->region) == 0 ||
	    settle(s, region, &e) != 0)
		return false;
	s->moved = true;
	return true;
}

/* May it be started again?  Then r->again_at says when. */
static bool
again(struct s3 *s, struct s3_request *r, enum s3_fault fault)
{
	const struct retry_policy policy = { .attempts = s->config.attempts,
		.base_ms = BASE_MS, .cap_ms = CAP_MS,
		.deadline = s->config.deadline };
	int64_t now = meter_now(), delay = -1;

	switch (fault) {
	case S3_BUSY:
	case S3_BROKEN:
		delay = retry_delay(&policy, r->attempts,
		    s3_asked_for(&r->sending->call), now, retry_random());
		break;
	case S3_SKEWED:
		if (correct_clock(s, r))
			delay = AT_ONCE;
		break;
	case S3_EXPIRED:
		if (!r->renewed && s->creds != NULL &&
		    creds_expired(s->creds)) {
			r->renewed = true;
			delay = AT_ONCE;
		}
		break;
	case S3_ELSEWHERE:
		if (follow(s, r))
			delay = AT_ONCE;
		break;
	default:
		break;
	}
	if (delay < 0)
		return false;
	r->again_at = now + delay;
	return true;
}

static enum exit_code
exit_code(const struct s3 *s, const struct s3_request *r)
{
	bool mendable = r->fault == S3_BUSY || r->fault == S3_BROKEN;

	if (mendable && s->config.deadline != 0 &&
	    r->attempts < s->config.attempts)
		return EXIT_TEMP;
	return s3_fault_exit(r->fault);
}

static enum s3_turn
failed(const struct s3 *s, const struct s3_request *r, const char *why,
    struct err *e)
{
	const char *id = s3_header(r, "x-amz-request-id");
	char after[40] = "";

	if (r->attempts > 1)
		snprintf(after, sizeof after, ", after %u attempts",
		    r->attempts);
	err_set(e, exit_code(s, r), "cannot %s '%s': %s%s%.64s%s%s", r->what,
	    s->shown, why, id == NULL ? "" : " (request ",
	    id == NULL ? "" : id, id == NULL ? "" : ")", after);
	return S3_FAILED;
}

enum s3_turn
s3_finish(struct s3 *s, struct s3_request *r, struct err *e)
{
	char why[512];

	r->fault = s3_judge(r, &r->sending->call,
	    window_bytes(&r->sending->answer),
	    window_size(&r->sending->answer), why, sizeof why);
	if (r->fault == S3_NONE)
		return S3_DONE;
	if (again(s, r, r->fault)) {
		if (s->config.verbose)
			diag_say("attempt %u to %s '%s' failed: %s",
			    r->attempts, r->what, s->shown, why);
		return S3_AGAIN;
	}
	return failed(s, r, why, e);
}

/* All in one. */

static int
wait_until(struct s3 *s, int64_t until, struct err *e)
{
	while (meter_now() < until) {
		if (s3_check(s, e) != 0)
			return -1;
		s3_wait(s, until, NULL, 0);
	}
	return s3_check(s, e);
}

int
s3_run(struct s3 *s, struct s3_request *r, struct err *e)
{
	for (;;) {
		if (s3_start(s, r, e) != 0)
			return -1;
		while (s3_wait(s, -1, NULL, 0) != r)
			if (s3_check(s, e) != 0) {
				r->lost = true;
				return err_prefix(e, "cannot %s '%s'",
				    r->what, s->shown);
			}
		switch (s3_finish(s, r, e)) {
		case S3_DONE:
			return 0;
		case S3_FAILED:
			return -1;
		case S3_AGAIN:
			if (wait_until(s, r->again_at, e) != 0)
				return err_prefix(e, "cannot %s '%s'",
				    r->what, s->shown);
		}
	}
}

void
s3_last_words(struct s3 *s, int64_t ms)
{
	s->config.deadline = meter_now() + ms;
	if (s->config.stop != NULL)
		s->forgiven = stop_poll(s->config.stop);
}
