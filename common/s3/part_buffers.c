/* A pool of windows, for which one thread waits. */
#include "s3/part_buffers.h"

#include <pthread.h>
#include <stdlib.h>

struct part_buffers {
	struct part_plan plan;
	unsigned most;
	/* Under the lock: all threads share these. */
	pthread_mutex_t lock;
	pthread_cond_t returned;
	bool stopping;
	struct part *idle;
	unsigned existing;
	uint64_t bytes;			/* limits of the existing windows */
};

struct part_buffers *
part_buffers_new(const struct part_plan *plan, unsigned most, struct err *e)
{
	struct part_buffers *b = calloc(1, sizeof *b);

	if (b == NULL) {
		err_memory(e);
		return NULL;
	}
	b->plan = *plan;
	b->most = most;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->returned, NULL);
	return b;
}

static void
free_part(struct part_buffers *b, struct part *part)
{
	b->existing--;
	b->bytes -= window_limit(&part->window);
	window_free(&part->window);
	free(part);
}

void
part_buffers_free(struct part_buffers *b)
{
	struct part *part;

	if (b == NULL)
		return;
	while ((part = b->idle) != NULL) {
		b->idle = part->next;
		free_part(b, part);
	}
	pthread_cond_destroy(&b->returned);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/* An idle part of that size; when the plan has moved on to larger ones, those
 * of the old size are freed on the way. */
static struct part *
idle_part(struct part_buffers *b, uint64_t size)
{
	struct part *part;

	while ((part = b->idle) != NULL) {
		b->idle = part->next;
		if (window_limit(&part->window) == size)
			return part;
		free_part(b, part);
	}
	return NULL;
}

/* May one more exist?  The first may in any case: a plan has no part that is
 * larger than its budget. */
static bool
room(const struct part_buffers *b, uint64_t size)
{
	return b->existing == 0 || (b->existing < b->most &&
	    b->bytes + size <= b->plan.budget);
}

static struct part *
new_part(struct part_buffers *b, uint64_t size, struct err *e)
{
	struct part *part = calloc(1, sizeof *part);

	if (part == NULL || window_init(&part->window, (size_t)size) != 0) {
		free(part);
		err_memory(e);
		return NULL;
	}
	b->existing++;
	b->bytes += size;
	return part;
}

struct part *
part_buffers_get(struct part_buffers *b, unsigned number, bool wait,
    struct err *e)
{
	uint64_t size = part_plan_size(&b->plan, number);
	struct part *part = NULL;

	pthread_mutex_lock(&b->lock);
	while (!b->stopping && (part = idle_part(b, size)) == NULL) {
		if (room(b, size)) {
			part = new_part(b, size, e);
			break;
		}
		if (!wait)
			break;
		pthread_cond_wait(&b->returned, &b->lock);
	}
	pthread_mutex_unlock(&b->lock);
	if (part != NULL) {
		window_rewind(&part->window);
		part->number = number;
		part->crc = 0;
		part->hashed = false;
		part->next = NULL;
	}
	return part;
}

void
part_buffers_return(struct part_buffers *b, struct part *part)
{
	pthread_mutex_lock(&b->lock);
	part->next = b->idle;
	b->idle = part;
	pthread_cond_signal(&b->returned);
	pthread_mutex_unlock(&b->lock);
}

void
part_buffers_stop(struct part_buffers *b)
{
	pthread_mutex_lock(&b->lock);
	b->stopping = true;
	pthread_cond_signal(&b->returned);
	pthread_mutex_unlock(&b->lock);
}
