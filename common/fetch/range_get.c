/*
 * range_get: a ring of lanes, driven by one thread through http_wait.
 *
 * A lane has one range of the body: it is to be started (at its time), under
 * way, or complete in its window.  lanes[head] has the lowest range; only that
 * one is written, and then it takes the next range that nobody has.  So at
 * most jobs ranges stand in memory, and order is that of the ring.
 */
#include "fetch/range_get.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/range.h"
#include "http/show.h"

struct range_get;

struct lane {
	struct range_get *p;
	struct http_call call;
	struct window window;
	uint64_t first, size;	/* of the range; size 0: no range is left */
	bool busy, wanted, failed;
	bool has_turn;		/* by the policy's pace, at not_before */
	unsigned made;		/* attempts without getting on */
	uint64_t before;	/* bytes there when the attempt began */
	int64_t not_before;	/* monotonic ms; the next start */
	uint64_t skip;		/* bytes of this answer that are known */
	uint64_t end;		/* byte of the body where this answer ends */
	uint64_t discarded;
	char range[64];
	const char *headers[HTTP_POLICY_HEADERS + HTTP_POLICY_OWN];
	struct err err;		/* for failed */
};

struct range_get {
	struct transfer *t;
	unsigned jobs, head;
	size_t chunk;
	char *url;		/* where redirects have led */
	struct representation body;
	char *if_range;
	uint64_t next;		/* first byte that no lane has */
	bool usable;		/* the probe's answer fits */
	struct lane lanes[];
};

/* Errors inside of callbacks wait in the lane until the attempt has ended. */
static int
refuse(struct lane *l, enum exit_code code, const char *why)
{
	struct range_get *p = l->p;
	char shown[256];

	show_url(p->url != NULL ? p->url : p->t->url, shown, sizeof shown);
	l->failed = true;
	if (code == EXIT_TEMP)
		return err_set(&l->err, code, "cannot get '%s': %s after %"
		    PRIu64 " bytes were written", shown, why,
		    p->t->writer->bytes);
	return err_set(&l->err, code, "cannot get '%s': %s", shown, why);
}

static uint64_t
have(const struct lane *l)
{
	return window_size(&l->window);
}

static int
on_body(struct http_call *call, const void *data, size_t len)
{
	struct lane *l = call->ctx;
	const char *bytes = data;

	atomic_fetch_add(&l->p->t->policy->meter->in, len);
	if (!l->wanted) {
		l->discarded += len;
		return l->discarded > HTTP_DRAIN ? -1 : 0;
	}
	if (l->skip >= len) {
		l->skip -= len;
		return 0;
	}
	bytes += l->skip;
	len -= (size_t)l->skip;
	l->skip = 0;
	if (l->first + have(l) + len > l->end)
		return refuse(l, EXIT_REMOTE, "more bytes than announced");
	if (window_write(&l->window, bytes, len) == -1)
		return refuse(l, EXIT_INTERNAL, strerror(errno));
	return 0;
}

static int
on_head(struct http_call *call)
{
	struct lane *l = call->ctx;
	uint64_t from = l->first + have(l), first = from;
	struct err e = ERR_NONE;

	if (call->status == 416 || (call->status >= 200 &&
	    call->status <= 299 && call->status != 206))
		return refuse(l, EXIT_TEMP, "the body has changed");
	if (call->status != 206)
		return 0;
	if (representation_part(&l->p->body, call, from,
	    (int64_t)(l->first + l->size), &first, &l->end, &e) == -1)
		return refuse(l, e.code, e.text);
	l->skip = from - first;
	l->wanted = true;
	return 0;
}

/* The probe: is this a body for us? */
static int
on_first_head(struct http_call *call)
{
	struct lane *l = call->ctx;
	struct range_get *p = l->p;
	struct content_range r;
	struct err e = ERR_NONE;

	window_rewind(&l->window);
	if (call->status != 206 ||
	    !content_range_parse(http_header(call, "Content-Range"), &r) ||
	    !r.satisfied || r.total < 0)
		return call->status >= 300 ? 0 : -1;
	if (representation_begin(&p->body, call, r.total, &e) == -1)
		return refuse(l, e.code, e.text);
	if (p->body.validator == NULL || representation_part(&p->body, call,
	    0, (int64_t)p->chunk, &l->first, &l->end, &e) == -1)
		return -1;
	l->size = l->end;
	l->wanted = p->usable = true;
	return 0;
}

/* 1: the first range is in the first lane; 0: not a case for us; -1. */
static int
probe(struct range_get *p, struct err *e)
{
	struct lane *l = &p->lanes[0];
	const char *own[1] = { l->range };
	unsigned made = 0;

	snprintf(l->range, sizeof l->range, "Range: bytes=0-%zu",
	    p->chunk - 1);
	for (;;) {
		bool again;

		l->call = (struct http_call){ .url = p->t->url,
		    .headers = own, .n_headers = 1,
		    .on_head = on_first_head, .on_body = on_body, .ctx = l };
		l->wanted = l->failed = p->usable = false;
		l->skip = l->discarded = 0;
		if (http_policy_perform(p->t->policy, &l->call, e) == -1) {
			http_done(&l->call);
			return -1;
		}
		if (l->failed)
			*e = l->err;
		else
			http_policy_failure(&l->call, "", e);
		again = !l->failed && (p->usable ? have(l) < l->size :
		    retry_worth(l->call.end, l->call.status));
		if (!again)
			break;
		if (http_policy_again(p->t->policy, ++made, &l->call, e) == -1) {
			http_done(&l->call);
			return -1;
		}
		http_done(&l->call);
	}
	/* A failure that a repetition does not mend is told by transfer_run,
	 * which meets it as well. */
	if (p->usable && (p->url = strdup(l->call.url)) == NULL)
		return err_memory(e);
	http_done(&l->call);
	return l->failed ? -1 : p->usable;
}

/* Gives a lane the next range. */
static void
assign(struct lane *l)
{
	struct range_get *p = l->p;
	uint64_t left = (uint64_t)p->body.length - p->next;

	window_rewind(&l->window);
	l->first = p->next;
	l->size = left < p->chunk ? left : p->chunk;
	l->made = 0;
	l->not_before = 0;
	p->next += l->size;
}

static int
start(struct lane *l, struct err *e)
{
	struct range_get *p = l->p;
	struct http_policy *s = p->t->policy;
	const char *own[2] = { l->range, p->if_range };
	int64_t wait = l->has_turn ? 0 : http_policy_turn(s);

	if (wait < 0)
		return http_policy_too_late(p->url, e);
	l->has_turn = wait > 0;
	if (l->has_turn) {
		l->not_before = meter_now() + wait;
		return 0;
	}
	snprintf(l->range, sizeof l->range, "Range: bytes=%" PRIu64 "-%" PRIu64,
	    l->first + have(l), l->first + l->size - 1);
	l->call = (struct http_call){ .method = "GET", .url = p->url,
	    .on_head = on_head, .on_body = on_body, .ctx = l };
	if (http_policy_equip(s, &l->call, own, 2, l->headers, e) == -1)
		return -1;
	l->wanted = l->failed = false;
	l->skip = l->discarded = 0;
	l->before = have(l);
	if (http_start(s->http, &l->call, e) == -1)
		return -1;
	l->busy = true;
	s->requests++;
	return 0;
}

/* An attempt has ended. */
static int
finish(struct lane *l, struct err *e)
{
	struct http_policy *s = l->p->t->policy;
	int64_t wait;

	l->busy = false;
	if (l->failed) {
		*e = l->err;
		return -1;
	}
	if (have(l) == l->size)
		return 0;
	if (l->call.end == HTTP_COMPLETE && l->wanted) {
		refuse(l, EXIT_REMOTE, "a range ends early");
		*e = l->err;
	} else {
		http_policy_failure(&l->call, "", e);
		if (!l->wanted && !retry_worth(l->call.end, l->call.status))
			return -1;
	}
	l->made = have(l) >= l->before + IO_CHUNK ? 1 : l->made + 1;
	wait = http_policy_pause(s, l->made, &l->call, e);
	if (wait < 0)
		return -1;
	if (have(l) > 0) {
		l->p->t->resumed++;
		l->p->t->resumed_at = l->first + have(l);
	}
	l->not_before = meter_now() + wait;
	return 0;
}

/* Writes complete ranges from the head on. */
static int
drain(struct range_get *p, struct err *e)
{
	struct lane *l = &p->lanes[p->head];

	while (l->size > 0 && !l->busy && have(l) == l->size) {
		if (body_writer_write(p->t->writer, window_bytes(&l->window),
		    window_size(&l->window), e) == -1)
			return -1;
		assign(l);
		p->head = (p->head + 1) % p->jobs;
		l = &p->lanes[p->head];
	}
	return 0;
}

/* Starts what may start; *ms: when to look again. */
static int
start_lanes(struct range_get *p, int *ms, struct err *e)
{
	int64_t now = meter_now(), soonest = INT_MAX;
	const struct retry_policy *policy = &p->t->policy->retry;

	if (policy->deadline != 0) {
		if (now >= policy->deadline)
			return http_policy_too_late(p->url, e);
		soonest = policy->deadline - now;
	}
	for (unsigned i = 0; i < p->jobs; i++) {
		struct lane *l = &p->lanes[(p->head + i) % p->jobs];

		if (l->busy || l->size == 0 || have(l) == l->size)
			continue;
		if (l->not_before <= now && start(l, e) == -1)
			return -1;
		if (!l->busy && l->not_before - now < soonest)
			soonest = l->not_before - now;
	}
	*ms = soonest > INT_MAX ? INT_MAX : soonest < 0 ? 0 : (int)soonest;
	return 0;
}

static int
run(struct range_get *p, struct err *e)
{
	struct http_call *ended;
	int ms = 0;

	for (;;) {
		if (drain(p, e) == -1)
			return -1;
		if (p->lanes[p->head].size == 0)
			return 0;
		if (start_lanes(p, &ms, e) == -1)
			return -1;
		ended = http_wait(p->t->policy->http, ms, NULL, 0);
		if (ended == NULL)
			continue;
		if (finish(ended->ctx, e) == -1)
			return -1;
		http_done(ended);
	}
}

/* Each range fills its window: growing by and by would only cost. */
static int
open_window(struct window *w, size_t size)
{
	return window_init(w, size) == -1 ? -1 : window_reserve(w, size);
}

static int
prepare(struct range_get *p, struct err *e)
{
	uint64_t length = (uint64_t)p->body.length;

	p->if_range = representation_if_range(&p->body, e);
	if (p->if_range == NULL || body_writer_begin(p->t->writer, false, e) == -1 ||
	    body_writer_allows(p->t->writer, length, e) == -1)
		return -1;
	p->next = p->lanes[0].size;
	for (unsigned i = 1; i < p->jobs && p->next < length; i++) {
		if (open_window(&p->lanes[i].window, p->chunk) == -1)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot open a window");
		assign(&p->lanes[i]);
	}
	p->t->verified = true;
	return 0;
}

int
range_get_run(struct transfer *t, unsigned jobs, size_t chunk, struct err *e)
{
	struct range_get *p = calloc(1, sizeof *p + jobs * sizeof p->lanes[0]);
	int r = -1;

	if (p == NULL)
		return err_memory(e);
	p->t = t;
	p->jobs = jobs;
	p->chunk = chunk;
	for (unsigned i = 0; i < jobs; i++)
		p->lanes[i].p = p;
	t->resumed = t->resumed_at = 0;
	if (open_window(&p->lanes[0].window, chunk) == -1)
		err_sys(e, EXIT_INTERNAL, errno, "cannot open a window");
	else
		r = probe(p, e);
	if (r == 1)
		r = prepare(p, e) == 0 ? run(p, e) : -1;
	else if (r == 0)
		r = transfer_run(t, e);
	for (unsigned i = 0; i < jobs; i++) {
		http_done(&p->lanes[i].call);
		window_free(&p->lanes[i].window);
	}
	free(p->url);
	representation_free(&p->body);
	free(p->if_range);
	free(p);
	return r;
}
