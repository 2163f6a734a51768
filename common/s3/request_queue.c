/*
 * Requests at once.
 *
 * Each of a fixed number of slots is free, or taken; then its request has not
 * been started, runs, waits to be repeated, or has ended.  Only those that run
 * and those that wait count against what the server bears: a place whose request
 * has ended is about to be released.  Requests that have waited long enough go
 * before new ones.
 */
#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "s3/request_queue.h"

enum state { FREE, TAKEN, RUNNING, WAITING };

struct slot {
	struct request_place place;
	enum state state;
	int64_t began;			/* the running attempt, monotonic ms */
};

struct request_queue {
	struct s3_client *s3;
	struct aimd aimd;
	unsigned most;
	size_t own;			/* bytes of each place's own */
	char *owned;			/* all of them, in a row */
	struct slot slots[];
};

struct request_queue *
request_queue_new(struct s3_client *s3, unsigned most, size_t own,
    struct err *e)
{
	struct request_queue *q = calloc(1, sizeof *q +
	    most * sizeof *q->slots);

	if (q == NULL || (q->owned = calloc(most, own)) == NULL) {
		free(q);
		err_memory(e);
		return NULL;
	}
	q->s3 = s3;
	q->most = most;
	q->own = own;
	aimd_begin(&q->aimd, most);
	return q;
}

void
request_queue_free(struct request_queue *q)
{
	if (q == NULL)
		return;
	free(q->owned);
	free(q);
}

/* Places. */

/* A slot of that state, or NULL. */
static struct slot *
find(struct request_queue *q, enum state state)
{
	for (unsigned i = 0; i < q->most; i++)
		if (q->slots[i].state == state)
			return &q->slots[i];
	return NULL;
}

static unsigned
count(const struct request_queue *q, enum state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < q->most; i++)
		n += q->slots[i].state == state;
	return n;
}

/* May one more request run? */
static bool
may_run(const struct request_queue *q)
{
	return count(q, RUNNING) < aimd_allows(&q->aimd);
}

bool
request_queue_has_place(const struct request_queue *q)
{
	return count(q, FREE) > 0 && may_run(q);
}

struct request_place *
request_queue_place(struct request_queue *q)
{
	struct slot *s = may_run(q) ? find(q, FREE) : NULL;

	if (s == NULL)
		return NULL;
	s->state = TAKEN;
	s->place.own = q->owned + (size_t)(s - q->slots) * q->own;
	return &s->place;
}

struct request_place *
request_queue_taken(struct request_queue *q)
{
	for (unsigned i = 0; i < q->most; i++)
		if (q->slots[i].state != FREE)
			return &q->slots[i].place;
	return NULL;
}

void
request_queue_release(struct request_queue *q, struct request_place *p)
{
	struct slot *s = (struct slot *)p;

	s3_clear(q->s3, &p->request);
	memset(p->own, 0, q->own);
	*s = (struct slot){ .state = FREE };
}

/* Running. */

static int
run(struct request_queue *q, struct slot *s, struct err *e)
{
	s->state = RUNNING;
	s->began = meter_now();
	if (s3_start(q->s3, &s->place.request, e) == 0)
		return 0;
	s->state = TAKEN;
	return -1;
}

int
request_queue_start(struct request_queue *q, struct request_place *p,
    struct err *e)
{
	return run(q, (struct slot *)p, e);
}

/* Starts again what has waited long enough; *until becomes the time of the
 * next one, -1 without any.  -1 with e: that failed for *p. */
static int
start_waiting(struct request_queue *q, int64_t *until,
    struct request_place **p, struct err *e)
{
	int64_t now = meter_now();

	*until = -1;
	for (unsigned i = 0; i < q->most && may_run(q); i++) {
		struct slot *s = &q->slots[i];
		int64_t again_at = s->place.request.again_at;

		if (s->state != WAITING)
			continue;
		*p = &s->place;
		if (again_at <= now) {
			if (run(q, s, e) != 0)
				return -1;
		} else if (*until < 0 || again_at < *until) {
			*until = again_at;
		}
	}
	return 0;
}

/* What an attempt that has ended came to. */
static enum queue_event
judge(struct request_queue *q, struct slot *s, struct err *e)
{
	struct s3_request *r = &s->place.request;

	s->state = TAKEN;
	switch (s3_finish(q->s3, r, e)) {
	case S3_DONE:
		aimd_good(&q->aimd);
		return QUEUE_DONE;
	case S3_AGAIN:
		if (r->response.fault == S3_BUSY)
			aimd_busy(&q->aimd, s->began, meter_now());
		s->state = WAITING;
		return QUEUE_NONE;
	case S3_FAILED:
		break;
	}
	return QUEUE_FAILED;
}

static struct slot *
slot_of(struct request_queue *q, const struct s3_request *r)
{
	struct slot *s = q->slots;

	while (&s->place.request != r)
		s++;
	return s;
}

enum queue_event
request_queue_wait(struct request_queue *q, struct pollfd *extra,
    struct request_place **p, struct err *e)
{
	struct s3_request *r;
	struct slot *s;
	int64_t until;

	if (s3_check(q->s3, e) != 0)
		return QUEUE_OVER;
	if (start_waiting(q, &until, p, e) != 0)
		return QUEUE_FAILED;
	if ((r = s3_wait(q->s3, until, extra)) == NULL)
		return QUEUE_NONE;
	s = slot_of(q, r);
	*p = &s->place;
	return judge(q, s, e);
}

/* Additive increase, multiplicative decrease. */

enum { ONE = 1000 };		/* thousandths in a request */

void
aimd_begin(struct aimd *a, unsigned most)
{
	*a = (struct aimd){ .most = most, .thousandths = most * ONE };
}

unsigned
aimd_allows(const struct aimd *a)
{
	return a->thousandths / ONE;
}

/* As many good answers as requests are allowed make one more. */
void
aimd_good(struct aimd *a)
{
	a->thousandths += (ONE + aimd_allows(a) - 1) / aimd_allows(a);
	if (a->thousandths > a->most * ONE)
		a->thousandths = a->most * ONE;
}

void
aimd_busy(struct aimd *a, int64_t started, int64_t now)
{
	if (a->cut_at != 0 && started <= a->cut_at)
		return;
	a->cut_at = now;
	a->thousandths /= 2;
	if (a->thousandths < ONE)
		a->thousandths = ONE;
}
