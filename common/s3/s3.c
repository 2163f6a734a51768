/* Requests to S3: sent, waited for, and sent again where it helps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/meter.h"
#include "base/date.h"
#include "http/retry.h"
#include "s3/s3_client.h"
#include "s3/s3_judge.h"

enum { BASE_MS = 200, CAP_MS = 20 * 1000, AT_ONCE = 0 };

/* Life. */

/* Turns to a region: where the bucket is reached, and who signs for it. */
static int
settle(struct s3 *s, const char *region, struct err *e)
{
	struct endpoint_config config = s->config.endpoint;
	struct endpoint fresh;
	char *copy;

	config.region = region;
	if (endpoint_make(&fresh, &config, s->config.name->bucket, e) != 0)
		return -1;
	if ((copy = strdup(region)) == NULL) {
		endpoint_free(&fresh);
		return err_memory(e);
	}
	endpoint_free(&s->endpoint);
	free(s->region);
	s->endpoint = fresh;
	s->region = copy;
	return 0;
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
	struct s3 *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_memory(e);
		return NULL;
	}
	s->config = *config;
	s->creds = creds;
	s3_show(s, NULL, s->shown);
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
	free(s->region);
	free(s);
}

const char *
s3_shown(const struct s3 *s)
{
	return s->shown;
}

uint64_t
s3_attempts(const struct s3 *s)
{
	return s->attempts;
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
s3_wait(struct s3 *s, int64_t until, struct pollfd *extra)
{
	struct pollfd fds[2];
	int64_t deadline = s->config.deadline, ms = -1;
	unsigned n = 0;
	struct http_call *call;
	struct s3_sending *g;

	if (until < 0 || (deadline != 0 && deadline < until))
		until = deadline != 0 ? deadline : -1;
	if (until >= 0 && (ms = until - meter_now()) < 0)
		ms = 0;
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	if (extra != NULL)
		fds[n++] = *extra;
	if (s->config.stop != NULL)
		fds[n++] = (struct pollfd){ s->config.stop->fd, POLLIN, 0 };
	call = http_wait(s->http, (int)ms, fds, n);
	if (extra != NULL)
		extra->revents = fds[0].revents;
	if (call == NULL)
		return NULL;
	g = call->ctx;
	g->running = false;
	return g->request;
}

int
s3_await(struct s3 *s, int fd, struct err *e)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	while (ready.revents == 0) {
		if (s3_check(s, e) != 0)
			return -1;
		s3_wait(s, -1, &ready);
	}
	return 0;
}

/* Judging. */

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
	struct err e = ERR_NONE;

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
	err_set(e, exit_code(s, r), "%s%s%.64s%s%s", why,
	    id == NULL ? "" : " (request ", id == NULL ? "" : id,
	    id == NULL ? "" : ")", after);
	s3_cannot(s, r, e);
	return S3_FAILED;
}

enum s3_turn
s3_finish(struct s3 *s, struct s3_request *r, struct err *e)
{
	char why[512], shown[S3_SHOWN];

	r->fault = s3_judge(r, &r->sending->call,
	    window_bytes(&r->sending->answer),
	    window_size(&r->sending->answer), why, sizeof why);
	if (r->fault == S3_NONE)
		return S3_DONE;
	if (again(s, r, r->fault)) {
		if (s->config.verbose)
			diag_say("attempt %u to %s '%s' failed: %s",
			    r->attempts, r->what, s3_show(s, r, shown), why);
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
		s3_wait(s, until, NULL);
	}
	return s3_check(s, e);
}

int
s3_run(struct s3 *s, struct s3_request *r, struct err *e)
{
	for (;;) {
		if (s3_start(s, r, e) != 0)
			return -1;
		while (s3_wait(s, -1, NULL) != r)
			if (s3_check(s, e) != 0) {
				r->lost = true;
				return s3_cannot(s, r, e);
			}
		switch (s3_finish(s, r, e)) {
		case S3_DONE:
			return 0;
		case S3_FAILED:
			return -1;
		case S3_AGAIN:
			if (wait_until(s, r->again_at, e) != 0)
				return s3_cannot(s, r, e);
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
