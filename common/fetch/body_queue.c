/*
 * body_queue: one thread that drives lanes through http_wait.
 *
 * The order of the output is a list of entries, one a URL, each with a list of
 * pieces, one a transfer.  A piece has a lane while it comes, and keeps it until
 * it is written, or until its bytes are put aside.  A lane that is free goes to
 * what is first in the order, so the piece that is to be written next always
 * has one: whatever waits after it, the queue gets on.
 */
#include "fetch/body_queue_private.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Pieces in the queue at most.  More would let a list run further ahead of a URL
 * that stalls; each costs some 300 bytes, and looking through all takes 2 us for
 * each request. */
enum { PLACES = 1024 };

/* Giving work to lanes. */

static struct lane *
find_free(struct run *r)
{
	for (unsigned i = 0; i < r->n_lanes; i++)
		if (r->lanes[i].piece == NULL)
			return &r->lanes[i];
	return NULL;
}

static uint64_t
left_of(const struct entry *en)
{
	uint64_t length = (uint64_t)en->body.is.length;

	return en->body.ranged && !en->failed && en->body.next < length ?
	    length - en->body.next : 0;
}

/* 1: the lane has the next range of the first body that has one left. */
static int
take_range(struct run *r, struct lane *l, struct err *e)
{
	size_t chunk = r->q->config.chunk;

	for (struct entry *en = r->first; en != NULL; en = en->next) {
		uint64_t left = left_of(en);

		if (left > 0)
			return queue_add_piece(r, en, l, TRANSFER_RANGE,
			    left < chunk ? left : chunk, e) == -1 ? -1 : 1;
	}
	return 0;
}

/* 1: the lane has the next URL; 0: there is none now. */
static int
take_url(struct run *r, struct lane *l, struct err *e)
{
	const struct body_source *s = &r->q->source;
	struct body body;
	int got;

	if (r->ended || r->places >= PLACES || r->put >= r->q->config.window)
		return 0;
	r->fd = s->wait(s->ctx);
	if (r->fd != -1)
		return 0;
	got = s->next(s->ctx, r->first == NULL, &body, e);
	r->ended = got == 0;
	if (got == 1)
		return queue_add(r, &body, l, e) == -1 ? -1 : 1;
	return got == -1 ? -1 : 0;
}

static int
give_work(struct run *r, struct err *e)
{
	struct lane *l;
	int got = 1;

	r->fd = -1;
	while (got == 1 && (l = find_free(r)) != NULL) {
		got = take_range(r, l, e);
		if (got == 0)
			got = take_url(r, l, e);
	}
	return got == -1 ? -1 : 0;
}

/* Writing what is first. */

/* The writer does not know whose bytes it cannot decode. */
static int
name_body(const struct body *b, struct err *e)
{
	char shown[256];

	body_show(b, shown, sizeof shown);
	return e->code == EXIT_DATA && strncmp(e->text, "cannot get", 10) != 0 ?
	    err_prefix(e, "cannot get '%s'", shown) : -1;
}

static int
write_piece(struct run *r, struct piece *p, struct err *e)
{
	struct body *b = &p->entry->body;

	if (p->lane != NULL)
		return transfer_flush(&p->lane->transfer, e);
	if (body_write_begin(b, r->q->writer, e) == -1)
		return -1;
	return p->size > 0 ? body_write(b, r->q->writer, p->aside, p->size,
	    e) : 0;
}

/* All of an entry is written. */
static int
end_entry(struct run *r, struct err *e)
{
	struct body *b = &r->first->body;
	char shown[256];

	if (body_write_end(b, r->q->writer, e) == -1)
		return name_body(b, e);
	body_show(b, shown, sizeof shown);
	if (b->object != NULL && r->q->config.verbose)
		diag_say("'%s': %s%s", shown, b->object->kind == CHECKSUM_NONE ?
		    "S3 keeps no checksum of the whole to compare" :
		    "compared with S3's ", b->object->kind == CHECKSUM_NONE ?
		    "" : checksum_name(b->object->kind));
	if (b->unverified && !r->q->config.quiet) {
		diag_say("'%s' came without a length: "
		    "whether it is complete cannot be known", shown);
	}
	queue_pop(r);
	return 0;
}

/* Writes complete pieces from the first on; the one after them leads. */
static int
write_ready(struct run *r, struct err *e)
{
	struct entry *en;

	while ((en = r->first) != NULL) {
		struct piece *p = en->pieces;

		if (en->failed) {
			queue_pop(r);
			continue;
		}
		if (p == NULL)		/* its next range has no lane yet */
			return 0;
		if (p->lane != NULL && !p->lane->transfer.leads &&
		    transfer_lead(&p->lane->transfer, e) == -1)
			return name_body(&en->body, e);
		if (!p->complete)
			return 0;
		if (write_piece(r, p, e) == -1)
			return name_body(&en->body, e);
		en->pieces = p->next;
		if (en->pieces == NULL)
			en->last = NULL;
		queue_free_piece(r, p);
		if (en->pieces == NULL && left_of(en) == 0 &&
		    end_entry(r, e) == -1)
			return -1;
	}
	return 0;
}

/* Requests. */

static int
start(struct run *r, struct lane *l, struct err *e)
{
	int64_t wait = l->has_turn ? 0 : http_policy_turn(r->q->policy);

	if (wait < 0)
		return http_policy_too_late(l->transfer.body->url, e);
	l->has_turn = wait > 0;
	if (l->has_turn) {
		l->not_before = meter_now() + wait;
		return 0;
	}
	if (transfer_start(&l->transfer, e) == -1)
		return -1;
	l->busy = true;
	return 0;
}

/* Starts what may start, in the order of the output; *soonest is lowered to when
 * the next may. */
static int
start_due(struct run *r, int64_t *soonest, struct err *e)
{
	int64_t now = meter_now();

	for (struct entry *en = r->first; en != NULL; en = en->next)
		for (struct piece *p = en->pieces; p != NULL; p = p->next) {
			struct lane *l = p->lane;

			if (l == NULL || l->busy || p->complete)
				continue;
			if (l->not_before <= now && start(r, l, e) == -1)
				return -1;
			if (!l->busy && l->not_before < *soonest)
				*soonest = l->not_before;
		}
	return 0;
}

/* Where all have failed for a moment only, running the whole again helps. */
static enum exit_code
worse(enum exit_code a, enum exit_code b)
{
	if (a == EXIT_DONE || a == EXIT_TEMP)
		return b;
	return b == EXIT_TEMP || b < a ? a : b;
}

int
body_queue_excuse(struct body_queue *q, struct err *e)
{
	int64_t deadline = q->policy->retry.deadline;

	if (!q->config.keep_going || e->code == EXIT_INTERNAL ||
	    e->code == EXIT_IO || e->code == EXIT_PIPE ||
	    (deadline != 0 && meter_now() >= deadline))
		return -1;
	diag_say("%s", e->text);
	q->failed++;
	q->worst = worse(q->worst, e->code);
	*e = (struct err)ERR_NONE;
	return 0;
}

/* A URL has failed for good: may the others go on? */
static int
fail_entry(struct run *r, struct lane *l, struct err *e)
{
	struct body_queue *q = r->q;
	struct entry *en = l->piece->entry;

	if (l->transfer.local)
		return name_body(&en->body, e);
	if (en->body.written > 0 || body_queue_excuse(q, e) == -1)
		return -1;
	en->failed = true;
	queue_free_pieces(r, en);
	return 0;
}

/* A request has ended. */
static int
finish(struct run *r, struct lane *l, struct err *e)
{
	struct transfer *t = &l->transfer;
	int64_t pause;

	l->busy = l->has_turn = false;
	switch (transfer_ended(t, &pause, e)) {
	case TRANSFER_AGAIN:
		l->not_before = meter_now() + pause;
		break;
	case TRANSFER_FAILED:
		return fail_entry(r, l, e);
	case TRANSFER_DONE:
		l->piece->complete = true;
		queue_put_aside(r, l->piece);
		break;
	}
	return 0;
}

/* Waits for what is next: the end of a request, the time of another, the
 * deadline, or the source. */
static int
wait_for(struct run *r, struct err *e)
{
	const struct http_policy *policy = r->q->policy;
	int64_t soonest = INT64_MAX, left = -1;
	struct pollfd fd = { .fd = r->fd, .events = POLLIN };
	struct http_call *ended;

	if (start_due(r, &soonest, e) == -1)
		return -1;
	if (policy->retry.deadline != 0 && r->first != NULL) {
		if (meter_now() >= policy->retry.deadline)
			return http_policy_too_late(r->first->body.url, e);
		if (policy->retry.deadline < soonest)
			soonest = policy->retry.deadline;
	}
	if (soonest != INT64_MAX) {
		left = soonest - meter_now();
		left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
	}
	ended = http_wait(policy->http, (int)left, &fd, r->fd != -1);
	return ended == NULL ? 0 : finish(r, ended->ctx, e);
}

static int
run(struct run *r, struct err *e)
{
	for (;;) {
		if (write_ready(r, e) == -1 || give_work(r, e) == -1)
			return -1;
		if (r->first == NULL && r->ended)
			return 0;
		if ((r->first != NULL || r->fd != -1) && wait_for(r, e) == -1)
			return -1;
	}
}

static int
open_lanes(struct run *r, struct err *e)
{
	const struct body_queue *q = r->q;

	for (; r->n_lanes < q->config.lanes; r->n_lanes++) {
		struct transfer *t = &r->lanes[r->n_lanes].transfer;

		t->policy = q->policy;
		t->writer = q->writer;
		t->compressed = q->config.compressed;
		t->require_length = q->config.require_length;
		if (q->config.lanes > 1)
			t->split = q->config.chunk;
		if (window_init(&t->window, q->config.window) == -1)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot open a window");
	}
	return 0;
}

static void
close_lanes(struct run *r)
{
	for (unsigned i = 0; i < r->n_lanes; i++) {
		struct transfer *t = &r->lanes[i].transfer;

		r->q->resumed += t->resumed;
		if (t->resumed > 0 && t->resumed_at > r->q->resumed_at)
			r->q->resumed_at = t->resumed_at;
		window_free(&t->window);
	}
}

int
body_queue_run(struct body_queue *q, struct err *e)
{
	struct run *r = calloc(1, sizeof *r +
	    q->config.lanes * sizeof r->lanes[0]);
	int rc = -1;

	if (r == NULL)
		return err_memory(e);
	r->q = q;
	r->fd = -1;
	if (open_lanes(r, e) == 0)
		rc = run(r, e);
	while (r->first != NULL)
		queue_pop(r);
	close_lanes(r);
	free(r);
	return rc;
}
