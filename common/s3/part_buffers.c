/* Windows for parts: a bounded supply that one thread waits for. */
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
	struct part_buffers *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_memory(e);
		return NULL;
	}
	s->plan = *plan;
	s->most = most;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->returned, NULL);
	return s;
}

static void
free_part(struct part_buffers *s, struct part *part)
{
	s->existing--;
	s->bytes -= window_limit(&part->window);
	window_free(&part->window);
	free(part);
}

void
part_buffers_free(struct part_buffers *s)
{
	struct part *part;

	if (s == NULL)
		return;
	while ((part = s->idle) != NULL) {
		s->idle = part->next;
		free_part(s, part);
	}
	pthread_cond_destroy(&s->returned);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* An idle part of that size; when the plan has moved on to larger ones, those
 * of the old size are freed on the way. */
static struct part *
idle_part(struct part_buffers *s, uint64_t size)
{
	struct part *part;

	while ((part = s->idle) != NULL) {
		s->idle = part->next;
		if (window_limit(&part->window) == size)
			return part;
		free_part(s, part);
	}
	return NULL;
}

static bool
room(const struct part_buffers *s, uint64_t size)
{
	return s->existing == 0 || (s->existing < s->most &&
	    s->bytes + size <= s->plan.budget);
}

static struct part *
new_part(struct part_buffers *s, uint64_t size, struct err *e)
{
	struct part *part = calloc(1, sizeof *part);

	if (part == NULL || window_init(&part->window, (size_t)size) != 0) {
		free(part);
		err_memory(e);
		return NULL;
	}
	s->existing++;
	s->bytes += size;
	return part;
}

struct part *
part_buffers_get(struct part_buffers *s, unsigned number, bool wait,
    struct err *e)
{
	uint64_t size = part_plan_size(&s->plan, number);
	struct part *part = NULL;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping && (part = idle_part(s, size)) == NULL) {
		if (room(s, size)) {
			part = new_part(s, size, e);
			break;
		}
		if (!wait)
			break;
		pthread_cond_wait(&s->returned, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	if (part != NULL) {
		window_rewind(&part->window);
		part->number = number;
		part->next = NULL;
	}
	return part;
}

void
part_buffers_return(struct part_buffers *s, struct part *part)
{
	pthread_mutex_lock(&s->lock);
	part->next = s->idle;
	s->idle = part;
	pthread_cond_signal(&s->returned);
	pthread_mutex_unlock(&s->lock);
}

void
part_buffers_stop(struct part_buffers *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->returned);
	pthread_mutex_unlock(&s->lock);
}
