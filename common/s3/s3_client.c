/* Requests to S3: sent, waited for, and sent again where it helps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "http/retry.h"
#include "s3/s3_client.h"

enum {
	BASE_MS = 200,		/* the first pause is 0 to this: S3's own trouble
				 * passes within a few hundred ms, and what many
				 * clients repeat at once must be spread */
	CAP_MS = 20 * 1000,	/* no pause by itself is longer, as in the AWS
				 * SDKs: ten attempts take a minute or two */
	AT_ONCE = 0,		/* after a correction there is no reason to wait */
	HEADERS = 16 * 1024,	/* bytes: twice what S3 takes in a request, and
				 * kept twice for each connection */
	ANSWER_MS = 30 * 60 * 1000, /* completing 10,000 parts takes minutes */
	HEAR_MS = 4000		/* half of the last words, for the answer to
				 * what was sent; and half for a HEAD and an
				 * abort */
};

/* When to end: at a time, and when more signals have come than these. */
struct patience {
	int64_t deadline;	/* monotonic ms; 0: none */
	unsigned forgiven;
};

struct s3_client {
	struct s3_config config;
	struct s3_site site;
	struct http *http;
	char shown[S3_SHOWN];		/* the client's object */
	struct patience patience;
	int64_t last;			/* when the last words end; 0: they have
					 * not begun */
	uint64_t attempts;
};

/* Life. */

/* Waits end so from now on.  Waits of others, for credentials, see the stop
 * descriptor alone, so it is told, too. */
static void
be_patient(struct s3_client *s, const struct patience *p)
{
	s->patience = *p;
	if (s->config.stop != NULL)
		stop_at(s->config.stop, p->deadline);
}

struct s3_client *
s3_open(const struct s3_config *config, struct creds *creds, struct err *e)
{
	struct http_config http = { .trust = config->trust,
		.connections = config->connections,
		.answer_ms = ANSWER_MS, .headers = HEADERS,
		.verbose = config->verbose };
	struct s3_client *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_memory(e);
		return NULL;
	}
	s->config = *config;
	be_patient(s, &(struct patience){ .deadline = config->deadline });
	if (s3_site_open(&s->site, &s->config.endpoint, config->name, creds,
	    e) != 0 || (config->secret && s3_site_secret(&s->site, e) != 0))
		goto fail;
	s3_site_show(&s->site, NULL, s->shown);
	http.no_proxy = config->secret && !s->site.endpoint.secure;
	if ((s->http = http_new(&http, e)) == NULL)
		goto fail;
	return s;
fail:
	s3_close(s);
	return NULL;
}

void
s3_close(struct s3_client *s)
{
	if (s == NULL)
		return;
	http_free(s->http);
	s3_site_close(&s->site);
	free(s);
}

const struct s3_name *
s3_name(const struct s3_client *s)
{
	return s->site.name;
}

const char *
s3_shown(const struct s3_client *s)
{
	return s->shown;
}

bool
s3_signs_payload(const struct s3_client *s, bool checked)
{
	return s->site.creds != NULL && (!s->site.endpoint.secure ||
	    s->config.sign_payload || !checked);
}

const char *
s3_region(const struct s3_client *s)
{
	return s->site.endpoint.region;
}

char *
s3_url(const struct s3_client *s)
{
	return s3_site_url(&s->site);
}

uint64_t
s3_attempts(const struct s3_client *s)
{
	return s->attempts;
}

/* Waiting. */

int
s3_check(struct s3_client *s, struct err *e)
{
	const struct patience *p = &s->patience;

	if (s->config.stop != NULL && stop_poll(s->config.stop) > p->forgiven)
		return err_set(e, EXIT_TEMP, "stopped by signal %d",
		    s->config.stop->signal);
	if (p->deadline != 0 && meter_now() >= p->deadline)
		return err_set(e, EXIT_TEMP, "the deadline has run out");
	return 0;
}

void
s3_last_words(struct s3_client *s)
{
	struct patience last = { 0, 0 };

	if (s->last == 0)
		s->last = meter_now() + S3_LAST_MS;
	last.deadline = s->last;
	if (s->config.stop != NULL)
		last.forgiven = stop_poll(s->config.stop);
	be_patient(s, &last);
}

struct s3_request *
s3_wait(struct s3_client *s, int64_t until, struct pollfd *extra)
{
	struct pollfd fds[2];
	int64_t deadline = s->patience.deadline, ms = -1;
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
s3_await(struct s3_client *s, int fd, struct err *e)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	while (ready.revents == 0) {
		if (s3_check(s, e) != 0)
			return -1;
		s3_wait(s, -1, &ready);
	}
	return 0;
}

/* Beginning and dropping. */

/* Puts "cannot … 's3://…'" in front of e; always -1. */
static int
cannot(const struct s3_client *s, const struct s3_request *r, struct err *e)
{
	char shown[S3_SHOWN];

	return err_prefix(e, "cannot %s '%s'", r->what,
	    s3_site_show(&s->site, r->key, shown));
}

int
s3_start(struct s3_client *s, struct s3_request *r, struct err *e)
{
	int rc;

	r->response.fault = S3_NONE;
	if (s3_check(s, e) != 0)
		return cannot(s, r, e);
	/* Credentials may have been waited for: a signal that came meanwhile
	 * says more than that they were not given. */
	rc = s3_request_make(r, &s->site, e);
	if (s3_check(s, e) != 0 || rc != 0)
		return cannot(s, r, e);
	r->attempts++;
	s->attempts++;
	if (http_start(s->http, &r->sending->call, e) != 0)
		return cannot(s, r, e);
	r->sending->running = true;
	return 0;
}

/* Takes an attempt off its way, if it is under way. */
static void
drop(struct s3_client *s, struct s3_request *r)
{
	if (r->sending == NULL || !r->sending->running)
		return;
	http_cancel(s->http, &r->sending->call);
	r->sending->running = false;
	s3_response_drop(&r->response, &r->sending->call);
}

void
s3_clear(struct s3_client *s, struct s3_request *r)
{
	drop(s, r);
	s3_request_free(r);
}

/* Judging. */

/* May it be started again?  Then r->again_at says when. */
static bool
again(struct s3_client *s, struct s3_request *r, enum s3_fault fault)
{
	const struct retry_policy policy = { .attempts = s->config.attempts,
		.base_ms = BASE_MS, .cap_ms = CAP_MS,
		.deadline = s->patience.deadline };
	int64_t delay = -1;

	switch (fault) {
	case S3_BUSY:
	case S3_BROKEN:
	case S3_UNFIT:
		delay = retry_next(&policy, r->attempts, &r->sending->call);
		break;
	default:
		if (s3_site_correct(&s->site, fault, r->sending->corrections,
		    &r->sending->call, r->response.region, &r->renewed))
			delay = AT_ONCE;
		break;
	}
	if (delay < 0)
		return false;
	r->again_at = meter_now() + delay;
	if (s->config.meter != NULL)
		atomic_fetch_add(&s->config.meter->retries, 1);
	return true;
}

static enum s3_turn
failed(const struct s3_client *s, const struct s3_request *r, const char *why,
    struct err *e)
{
	const char *id = s3_header(r, "x-amz-request-id");
	char after[40] = "";

	if (r->attempts > 1)
		snprintf(after, sizeof after, ", after %u attempts",
		    r->attempts);
	err_set(e, s3_fault_exit(r->response.fault), "%s%s%.64s%s%s%s", why,
	    id == NULL ? "" : " (request ", id == NULL ? "" : id,
	    id == NULL ? "" : ")", after, s3_request_hint(r));
	cannot(s, r, e);
	return S3_FAILED;
}

enum s3_turn
s3_finish(struct s3_client *s, struct s3_request *r, struct err *e)
{
	const struct s3_received got = { &r->sending->call, &r->sending->body,
		r->sending->error };
	char why[512], shown[S3_SHOWN];

	if (s3_response_judge(&r->response, &r->want, &got, why,
	    sizeof why) == S3_NONE)
		return S3_DONE;
	if (again(s, r, r->response.fault)) {
		if (s->config.verbose)
			diag_say("attempt %u to %s '%s' failed: %s",
			    r->attempts, r->what,
			    s3_site_show(&s->site, r->key, shown), why);
		return S3_AGAIN;
	}
	return failed(s, r, why, e);
}

/* All in one. */

static int
wait_until(struct s3_client *s, int64_t until, struct err *e)
{
	while (meter_now() < until) {
		if (s3_check(s, e) != 0)
			return -1;
		s3_wait(s, until, NULL);
	}
	return s3_check(s, e);
}

/*
 * A signal came, or the deadline, while r is under way.  What decides something
 * and is with the server already will be done or not, whether we listen or not:
 * its answer is the best there is to know.  True: it came.
 */
static bool
hear_out(struct s3_client *s, struct s3_request *r)
{
	const struct patience before = s->patience;
	struct patience hearing;
	struct s3_request *ended = NULL;
	struct err none = ERR_NONE;

	if (!r->decides || s->last != 0 || !s3_request_sent(r))
		return false;
	s3_last_words(s);
	hearing = s->patience;
	hearing.deadline -= S3_LAST_MS - HEAR_MS;
	be_patient(s, &hearing);
	while (ended != r && s3_check(s, &none) == 0)
		ended = s3_wait(s, -1, NULL);
	be_patient(s, &before);
	return ended == r;
}

/* Until the attempt has ended; -1 with e: it was dropped. */
static int
await_answer(struct s3_client *s, struct s3_request *r, struct err *e)
{
	while (s3_wait(s, -1, NULL) != r)
		if (s3_check(s, e) != 0) {
			if (hear_out(s, r))
				return 0;
			drop(s, r);
			return cannot(s, r, e);
		}
	return 0;
}

int
s3_run(struct s3_client *s, struct s3_request *r, struct err *e)
{
	for (;;) {
		if (s3_start(s, r, e) != 0 || await_answer(s, r, e) != 0)
			return -1;
		switch (s3_finish(s, r, e)) {
		case S3_DONE:
			return 0;
		case S3_FAILED:
			return -1;
		case S3_AGAIN:
			if (wait_until(s, r->again_at, e) != 0)
				return cannot(s, r, e);
		}
	}
}
