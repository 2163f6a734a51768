/*
 * transfer: a loop of attempts, each of which may only append.
 *
 * have counts the bytes that are ours: those in the writer, then those in the
 * window.  An attempt asks for what follows them.  transfer_answer.c decides what
 * its answer brings; what an attempt that broke has appended stays.
 */
#include "fetch/transfer_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fetch/refusal.h"
#include "http/show.h"

/* Bodies. */

void
body_begin(struct body *b, char *url, struct s3_object *object)
{
	*b = (struct body){ .url = url, .object = object,
	    .is = { .length = -1 } };
	http_visit_begin(&b->visit, url);
}

void
body_free(struct body *b)
{
	http_visit_end(&b->visit);
	representation_free(&b->is);
	s3_object_free(b->object);
	free(b->url);
	b->url = NULL;
	b->object = NULL;
}

void
body_show(const struct body *b, char *shown, size_t size)
{
	if (b->object != NULL)
		snprintf(shown, size, "%s", b->url);
	else
		show_url(b->url, shown, size);
}

int
body_write_begin(struct body *b, struct body_writer *w, struct err *e)
{
	if (b->begun)
		return 0;
	b->begun = true;
	if (body_writer_begin(w, b->encoded, e) == -1)
		return -1;
	if (w->alone && b->is.length >= 0)
		w->meter->total = (uint64_t)b->is.length;
	return b->is.length < 0 || b->encoded ? 0 :
	    body_writer_allows(w, (uint64_t)b->is.length, e);
}

int
body_write(struct body *b, struct body_writer *w, const void *data, size_t len,
    struct err *e)
{
	if ((b->object != NULL &&
	    s3_object_sum_add(b->object, data, len, e) == -1) ||
	    body_writer_write(w, data, len, e) == -1)
		return -1;
	b->written += len;
	return 0;
}

int
body_write_end(struct body *b, struct body_writer *w, struct err *e)
{
	return body_writer_end(w, e) == -1 ? -1 : b->object == NULL ? 0 :
	    s3_object_sum_end(b->object, e);
}

/* Attempts. */

void
transfer_begin(struct transfer *t, struct body *b, enum transfer_kind kind,
    uint64_t first, uint64_t size)
{
	window_rewind(&t->window);
	/* All windows of the ranges one after the other, before connections are
	 * set up among them: memory is less scattered then.  What cannot be had
	 * now fails when it is needed. */
	if (kind == TRANSFER_RANGE)
		(void)window_reserve(&t->window, (size_t)size);
	t->body = b;
	t->kind = kind;
	t->first = first;
	t->size = size;
	t->leads = t->moved = t->local = false;
	t->have = t->furthest = 0;
	t->attempt.renewed = t->renewed = false;
	t->made = 0;
	t->call = (struct http_call){ .on_head = transfer_on_head,
	    .on_body = transfer_on_body, .ctx = t };
}

/* The headers of a request, HTTP_POLICY_OWN at most; their number, or -1. */
static int
set_headers(struct transfer *t, const char **own, struct err *e)
{
	uint64_t from = t->first + t->have;
	bool ranged = t->kind == TRANSFER_RANGE;
	bool s3 = t->body->object != NULL;
	int n = 0;

	t->continued = t->have > 0;
	free(t->if_range);
	t->if_range = NULL;
	if (t->compressed && !s3)
		own[n++] = "Accept-Encoding: gzip";
	if (t->kind == TRANSFER_PROBE) {
		snprintf(t->range, sizeof t->range, "Range: bytes=0-%" PRIu64,
		    t->size - 1);
		own[n++] = t->range;
	} else if (ranged || t->continued) {
		if (!s3 && (t->if_range =
		    representation_if_range(&t->body->is, e)) == NULL)
			return -1;
		if (ranged)
			snprintf(t->range, sizeof t->range, "Range: bytes=%"
			    PRIu64 "-%" PRIu64, from, t->first + t->size - 1);
		else
			snprintf(t->range, sizeof t->range, "Range: bytes=%"
			    PRIu64 "-", from);
		own[n++] = t->range;
		if (!s3)
			own[n++] = t->if_range;
	}
	return n;
}

int
transfer_start(struct transfer *t, struct err *e)
{
	const char *own[HTTP_POLICY_OWN];
	struct http_visit *v = &t->body->visit;
	bool moved = t->moved;
	int n = set_headers(t, own, e);

	if (n == -1)
		return -1;
	if (t->continued && !moved) {
		t->resumed++;
		t->resumed_at = t->first + t->have;
	}
	t->moved = t->wanted = t->complete = t->failed = t->unfit = false;
	t->skip = t->discarded = 0;
	if (t->body->object != NULL) {
		if (transfer_ask_s3(t, own, (size_t)n, e) == -1)
			return -1;
	} else {
		if (!moved)
			http_policy_ask(t->policy, v, &t->call);
		if (t->kind == TRANSFER_RANGE)
			t->call.url = http_visit_url(v);
		if (http_policy_equip(t->policy, v, &t->call, own, (size_t)n,
		    t->headers, e) == -1)
			return -1;
	}
	if (http_start(t->policy->http, &t->call, e) == -1)
		return -1;
	t->policy->requests++;
	return 0;
}

/* Is all of it here?  The length says so, or a 416; or an answer that was to
 * bring all of it has ended.  Where the connection closed, and nothing else,
 * was the end, this is believed only of a body that came at once. */
static bool
is_done(struct transfer *t)
{
	const struct http_call *call = &t->call;

	if (t->kind == TRANSFER_RANGE)
		return t->have == t->size;
	if (t->complete)
		return true;
	if (!t->wanted || t->skip > 0)
		return false;
	if (t->body->is.length >= 0)
		return t->have == (uint64_t)t->body->is.length;
	if (t->end != UNKNOWN || call->end != HTTP_COMPLETE)
		return false;
	t->body->unverified = !call->framed;
	return call->framed || !t->continued;
}

static enum transfer_verdict
judge(struct transfer *t, bool *at_once, struct err *e)
{
	const struct http_call *call = &t->call;
	char why[96] = "a range ends early";

	if (t->failed) {
		*e = t->err;
		return TRANSFER_FAILED;
	}
	t->body->unverified = false;
	if (is_done(t))
		return TRANSFER_DONE;
	if (t->wanted && call->end == HTTP_COMPLETE) {
		if (t->kind != TRANSFER_RANGE)
			snprintf(why, sizeof why, t->have == t->end ?
			    "a part ends after %" PRIu64 " bytes, and whether "
			    "that is all is not told" : "the body ends early "
			    "after %" PRIu64 " bytes", t->have);
		transfer_refuse(t, EXIT_REMOTE, why);
		*e = t->err;
		return TRANSFER_AGAIN;
	}
	if (t->body->object != NULL)
		return transfer_judge_s3(t, at_once, e);
	refusal(call, "", e);
	if (t->wanted || retry_worth_call(call))
		return TRANSFER_AGAIN;
	if (t->renewed || !http_policy_renew(t->policy, call))
		return TRANSFER_FAILED;
	t->renewed = true;
	return TRANSFER_AGAIN;
}

/* Before the next attempt: is there a way to go on from here? */
static int
prepare_again(struct transfer *t, struct err *e)
{
	if (t->have == 0 || t->body->is.validator != NULL)
		return 0;
	if (t->body->written == 0) {
		transfer_start_over(t);
		return 0;
	}
	return err_prefix(e, "broken after %" PRIu64 " bytes and without a "
	    "strong validator to continue by", t->body->written);
}

/* An attempt that got further has earned new patience; one that started over
 * and broke at the same place has not. */
static void
count_attempt(struct transfer *t)
{
	t->made = t->have >= t->furthest + IO_CHUNK ? 1 : t->made + 1;
	t->furthest = t->have > t->furthest ? t->have : t->furthest;
}

/* Leads a redirect on, or must the probe be asked without a range?  As
 * http_policy_follow. */
static int
moves(struct transfer *t, struct err *e)
{
	int r = t->kind == TRANSFER_RANGE || t->body->object != NULL ? 0 :
	    http_policy_follow(t->policy,
	    &t->body->visit, &t->call, e);

	t->moved = r == 1;
	if (r == 0 && t->unfit && !t->failed) {
		t->kind = TRANSFER_WHOLE;
		transfer_start_over(t);
		return 1;
	}
	return r;
}

enum transfer_verdict
transfer_ended(struct transfer *t, int64_t *pause, struct err *e)
{
	enum transfer_verdict verdict = TRANSFER_AGAIN;
	int moved = moves(t, e);
	bool at_once = false;

	*pause = 0;
	if (moved == -1)
		verdict = TRANSFER_FAILED;
	else if (moved == 0) {
		verdict = judge(t, &at_once, e);
		if (!at_once)
			count_attempt(t);
		if (verdict == TRANSFER_AGAIN && !at_once && (prepare_again(t, e) == -1 ||
		    (*pause = http_policy_pause(t->policy, t->made, &t->call,
		    e)) < 0))
			verdict = TRANSFER_FAILED;
	}
	http_done(&t->call);
	return verdict;
}

int
transfer_lead(struct transfer *t, struct err *e)
{
	t->leads = true;
	if (t->kind != TRANSFER_WHOLE || (t->have == 0 && !t->wanted))
		return 0;
	if (body_write_begin(t->body, t->writer, e) == -1)
		return -1;
	if (window_size(&t->window) >= transfer_flush_at(t) &&
	    transfer_put(t, e) == -1)
		return -1;
	http_resume(&t->call);
	return 0;
}

int
transfer_flush(struct transfer *t, struct err *e)
{
	return body_write_begin(t->body, t->writer, e) == -1 ? -1 :
	    transfer_put(t, e);
}

void
transfer_drop(struct transfer *t)
{
	http_done(&t->call);
	s3_attempt_free(&t->attempt);
	free(t->if_range);
	t->if_range = NULL;
}
