/*
 * Requests at once.
 *
 * Each of a fixed number of places is free, or holds a request that runs, or
 * one that waits to be repeated.  As many may run as the pace allows; those
 * that have waited long enough go first.
 */
#include <stdlib.h>

#include "base/meter.h"
#include "s3/aimd.h"
#include "s3/request_queue.h"

struct place {
	struct s3_request *request;	/* NULL: free */
	bool running;			/* else it waits */
	int64_t began;			/* the running attempt */
};

struct request_queue {
	struct s3_client *s3;
	struct aimd pace;
	unsigned most;
	struct place places[];
};

struct request_queue *
request_queue_new(struct s3_client *s3, unsigned most, struct err *e)
{
	struct request_queue *v = calloc(1, sizeof *v + most * sizeof *v->places);

	if (v == NULL) {
		err_memory(e);
		return NULL;
	}
	v->s3 = s3;
	v->most = most;
	aimd_begin(&v->pace, most);
	return v;
}

void
request_queue_free(struct request_queue *v)
{
	free(v);
}

unsigned
request_queue_count(const struct request_queue *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->most; i++)
		n += v->places[i].request != NULL;
	return n;
}

/* May one more request run? */
static bool
may_run(const struct request_queue *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->most; i++)
		n += v->places[i].running;
	return n < aimd_allows(&v->pace);
}

bool
request_queue_free_place(const struct request_queue *v)
{
	return request_queue_count(v) < v->most && may_run(v);
}

/* Its place, or with NULL a free one; there is one. */
static struct place *
place_of(struct request_queue *v, const struct s3_request *r)
{
	struct place *p = v->places;

	while (p->request != r)
		p++;
	return p;
}

static void
vacate(struct place *p)
{
	*p = (struct place){ .request = NULL };
}

static int
run(struct request_queue *v, struct place *p, struct err *e)
{
	p->running = true;
	p->began = meter_now();
	if (s3_start(v->s3, p->request, e) == 0)
		return 0;
	vacate(p);
	return -1;
}

int
request_queue_start(struct request_queue *v, struct s3_request *r, struct err *e)
{
	struct place *p = place_of(v, NULL);

	p->request = r;
	return run(v, p, e);
}

/* Starts again what has waited long enough; *until becomes the time of the
 * next one, -1 without any.  -1 with e: that failed for *r. */
static int
start_waiting(struct request_queue *v, int64_t *until, struct s3_request **r,
    struct err *e)
{
	int64_t now = meter_now();

	*until = -1;
	for (unsigned i = 0; i < v->most && may_run(v); i++) {
		struct place *p = &v->places[i];

		if (p->request == NULL || p->running)
			continue;
		*r = p->request;
		if (p->request->again_at <= now) {
			if (run(v, p, e) != 0)
				return -1;
		} else if (*until < 0 || p->request->again_at < *until) {
			*until = p->request->again_at;
		}
	}
	return 0;
}

/* What an attempt that has ended came to. */
static enum queue_event
judge(struct request_queue *v, struct place *p, struct err *e)
{
	struct s3_request *r = p->request;

	switch (s3_finish(v->s3, r, e)) {
	case S3_DONE:
		aimd_good(&v->pace);
		vacate(p);
		return QUEUE_DONE;
	case S3_AGAIN:
		if (r->fault == S3_BUSY)
			aimd_busy(&v->pace, p->began, meter_now());
		p->running = false;
		return QUEUE_NONE;
	case S3_FAILED:
		break;
	}
	vacate(p);
	return QUEUE_FAILED;
}

enum queue_event
request_queue_wait(struct request_queue *v, struct pollfd *extra, struct s3_request **r,
    struct err *e)
{
	int64_t until;

	if (s3_check(v->s3, e) != 0)
		return QUEUE_OVER;
	if (start_waiting(v, &until, r, e) != 0)
		return QUEUE_FAILED;
	*r = s3_wait(v->s3, until, extra);
	return *r == NULL ? QUEUE_NONE : judge(v, place_of(v, *r), e);
}
