/*
 * The reader thread.
 *
 *	reader:	part_buffers_get() -> fill() -> hash_queue_put()
 *		… hash_queue_end()
 *	owner:	parts_next() -> sends -> parts_return()
 *
 * A part is in exactly one place: with the reader, who fills it; in the queue,
 * where it may be hashed; with the owner; or idle in the buffers.  Reader and
 * owner share the queue and the buffers, which lock for themselves, and nothing
 * else.
 *
 * The reader's waits end by an eventfd that parts_stop writes to: it is the
 * input's stop descriptor as long as the reader runs.
 */
#define _GNU_SOURCE	/* pthread_timedjoin_np */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "s3/parts.h"

enum {
	STOP_MS = 500,		/* for the reader to end: it computes for some
				 * ms at most, so longer means that it hangs */
	EAGER = 1 << 20		/* bytes: a first part of up to this size grows
				 * as the input does, for most small objects are
				 * far smaller than a part */
};

struct parts {
	struct input *in;
	struct meter *meter;
	struct parts_config config;
	struct part_buffers *buffers;
	struct hash_queue *queue;
	pthread_t thread;
	int stop;			/* eventfd: the reader shall end */
	int stop_before;		/* the input's, without a reader */
	char *chunk;			/* the reader's */
};

/* Reader. */

/* As input_read. */
static ssize_t
read_some(struct parts *p, void *to, size_t len, struct err *e)
{
	ssize_t n = input_read(p->in, to, len, e);

	if (n > 0)
		atomic_fetch_add(&p->meter->in, (uint_fast64_t)n);
	return n;
}

/* A window grows by doubling, old and new side by side.  Only the first part
 * may do so, up to a MiB, for it may be a small object; all others get their
 * whole size at once. */
static int
append(struct parts *p, struct part *part, const void *data, size_t len)
{
	struct window *w = &part->window;

	part->crc = checksum_crc(p->config.kind, part->crc, data, len);

	if ((part->number > 1 || window_size(w) + len > EAGER) &&
	    window_reserve(w, window_limit(w) - window_size(w)) != 0)
		return -1;
	return window_write(w, data, len);
}

/* 1: full, 0: the input ended, -1 with e.  The bytes go through a small buffer
 * because the kernel copies into cold memory at half the speed of memcpy(3), and
 * the CRC is computed there, in the cache. */
static int
fill(struct parts *p, struct part *part, struct err *e)
{
	size_t limit = window_limit(&part->window), len;
	ssize_t n;

	while ((len = limit - window_size(&part->window)) > 0) {
		n = read_some(p, p->chunk, len < IO_CHUNK ? len : IO_CHUNK, e);
		if (n <= 0)
			return (int)n;
		if (append(p, part, p->chunk, (size_t)n) != 0)
			return err_sys(e, EXIT_IO, errno,
			    "cannot keep a part of %zu bytes", limit);
	}
	return 1;
}

/* After part 10,000 nothing may come. */
static int
expect_end(struct parts *p, struct err *e)
{
	char more;
	ssize_t n = read_some(p, &more, 1, e);

	if (n > 0)
		return err_set(e, EXIT_DATA, "the input has more than the "
		    "%llu bytes that fit into %d parts: raise -m or "
		    "--part-size",
		    (unsigned long long)part_plan_limit(&p->config.plan),
		    PART_NUMBERS);
	return (int)n;
}

/* 0: all parts were delivered. */
static int
read_parts(struct parts *p, struct err *e)
{
	struct part *part;
	int more = 1;

	for (unsigned number = 1; more == 1; number++) {
		if (number > PART_NUMBERS)
			return expect_end(p, e);
		part = part_buffers_get(p->buffers, number, true, e);
		if (part == NULL)
			return -1;
		more = fill(p, part, e);
		if (more >= 0 && window_size(&part->window) > 0)
			hash_queue_put(p->queue, part);
		else
			part_buffers_return(p->buffers, part);
	}
	return more;
}

static void *
read_input(void *ctx)
{
	struct parts *p = ctx;
	struct err e = { EXIT_INTERNAL, "stopped" };

	if (read_parts(p, &e) == 0)
		hash_queue_end(p->queue, input_complete(p->in), &e);
	else
		hash_queue_end(p->queue, NULL, &e);
	return NULL;
}

/* Owner. */

static void
free_all(struct parts *p)
{
	hash_queue_free(p->queue, p->buffers);
	part_buffers_free(p->buffers);
	p->in->stop = p->stop_before;
	if (p->stop >= 0)
		close(p->stop);
	free(p->chunk);
	free(p);
}

static int
start(struct parts *p, struct err *e)
{
	int errnum;

	p->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->chunk = malloc(IO_CHUNK);
	if (p->stop < 0 || p->chunk == NULL)
		return err_sys(e, EXIT_INTERNAL, errno,
		    "cannot start the reader");
	p->in->stop = p->stop;
	if ((p->buffers = part_buffers_new(&p->config.plan,
	    p->config.windows, e)) == NULL ||
	    (p->queue = hash_queue_start(p->config.kind,
	    p->config.hashed, e)) == NULL)
		return -1;
	errnum = pthread_create(&p->thread, NULL, read_input, p);
	return errnum == 0 ? 0 :
	    err_sys(e, EXIT_INTERNAL, errnum, "cannot start the reader");
}

struct parts *
parts_start(struct input *in, const struct parts_config *config,
    struct meter *meter, struct err *e)
{
	struct parts *p = calloc(1, sizeof *p);

	if (p == NULL) {
		err_sys(e, EXIT_INTERNAL, ENOMEM, "cannot start the reader");
		return NULL;
	}
	/* Freed windows shall go back to the system.  glibc would raise its
	 * threshold to their size instead, and keep them in the thread's heap. */
	mallopt(M_MMAP_THRESHOLD, EAGER);
	p->in = in;
	p->stop = -1;
	p->stop_before = in->stop;
	p->meter = meter;
	p->config = *config;
	if (start(p, e) == 0)
		return p;
	free_all(p);
	return NULL;
}

int
parts_fd(const struct parts *p)
{
	return hash_queue_fd(p->queue);
}

enum parts_event
parts_next(struct parts *p, struct part **part, struct err *e)
{
	return hash_queue_next(p->queue, part, e);
}

void
parts_return(struct parts *p, struct part *part)
{
	part_buffers_return(p->buffers, part);
}

const struct complete_input *
parts_complete(struct parts *p)
{
	return hash_queue_complete(p->queue);
}

uint64_t
parts_crc(struct parts *p)
{
	return hash_queue_crc(p->queue);
}

static bool
joined_in_time(struct parts *p)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += STOP_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	return pthread_timedjoin_np(p->thread, NULL, &until) == 0;
}

bool
parts_stop(struct parts *p)
{
	uint64_t one = 1;

	if (p == NULL)
		return true;
	part_buffers_stop(p->buffers);
	while (write(p->stop, &one, sizeof one) < 0 && errno == EINTR)
		continue;
	if (!joined_in_time(p))
		return false;
	free_all(p);
	return true;
}
