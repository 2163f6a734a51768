/*
 * The reader thread and its windows.
 *
 * Two threads meet here: the reader, which runs read_input(), and the owner,
 * which calls everything in the header.  All that both touch is in struct
 * parts below "shared" and under its mutex.
 *
 *	reader:	acquire() -> fill() -> deliver() … deliver_end()
 *	owner:	parts_next() -> sends -> parts_return()
 *
 * A part is in exactly one place: being filled (the reader's), in the queue,
 * out (the owner's), or idle.  The queue is a list, bounded because the number
 * of parts is: acquire() waits until a part is idle or another one may be made
 * under both limits, the number of windows and the budget in bytes.  When the
 * plan moves to larger parts, idle ones of the old size are freed first.
 *
 * The owner sleeps in poll(2), not on a condition: an eventfd counts events,
 * one a part and one at the end.  The other way, acquire() waits for the
 * condition "returned", which parts_stop signals as well.  While it waits for
 * input the reader sleeps in poll(2) too, on the input and on a second eventfd
 * that parts_stop writes to, so it never hangs in read(2).  Only the wait for
 * an upstream command after its end of file cannot be interrupted like that;
 * killing the command ends it.
 */
#define _GNU_SOURCE	/* pthread_timedjoin_np */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "network/parts.h"

enum { STOP_MS = 500, EAGER = 1 << 20 };

struct parts {
	struct input *in;
	struct meter *meter;
	struct part_plan plan;
	unsigned windows;
	enum checksum kind;
	pid_t command;			/* upstream's; 0: none */
	pthread_t thread;
	int ready;			/* eventfd: events for the owner */
	int stop;			/* eventfd: the reader shall end */
	struct sha256 hash;		/* the reader's */
	char *chunk;			/* the reader's */
	uint64_t reading_crc;		/* the reader's */

	/* shared */
	pthread_mutex_t lock;
	pthread_cond_t returned;
	bool stopping;
	struct part *queue, **queue_end;
	struct part *idle;
	unsigned existing;
	uint64_t bytes;			/* limits of the existing windows */
	enum parts_event last;		/* PARTS_NONE until the end */
	uint64_t crc;			/* of the whole, at the end */
	struct err error;
};

/* Reader: windows. */

static void
free_part(struct parts *p, struct part *part)
{
	p->existing--;
	p->bytes -= window_limit(&part->window);
	window_free(&part->window);
	free(part);
}

/* An idle part of that size; others are freed on the way. */
static struct part *
idle_part(struct parts *p, uint64_t size)
{
	struct part *part;

	while ((part = p->idle) != NULL) {
		p->idle = part->next;
		if (window_limit(&part->window) == size)
			return part;
		free_part(p, part);
	}
	return NULL;
}

static bool
room(const struct parts *p, uint64_t size)
{
	return p->existing == 0 || (p->existing < p->windows &&
	    size <= p->plan.budget - p->bytes);
}

static struct part *
new_part(struct parts *p, uint64_t size)
{
	struct part *part = calloc(1, sizeof *part);

	if (part == NULL || window_init(&part->window, (size_t)size) != 0) {
		free(part);
		return NULL;
	}
	p->existing++;
	p->bytes += size;
	return part;
}

/* An empty part of that number; NULL: stopping, or e is filled. */
static struct part *
acquire(struct parts *p, unsigned number, uint64_t size, struct err *e)
{
	struct part *part = NULL;

	pthread_mutex_lock(&p->lock);
	while (!p->stopping && (part = idle_part(p, size)) == NULL) {
		if (room(p, size)) {
			part = new_part(p, size);
			if (part == NULL)
				err_set(e, EXIT_IO,
				    "no memory for a part of %llu bytes",
				    (unsigned long long)size);
			break;
		}
		pthread_cond_wait(&p->returned, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	if (part != NULL) {
		window_rewind(&part->window);
		part->number = number;
		part->next = NULL;
	}
	return part;
}

/* Reader: input. */

/* False: parts_stop was called. */
static bool
input_ready(struct parts *p)
{
	struct pollfd fds[] = { { p->in->fd, POLLIN, 0 },
		{ p->stop, POLLIN, 0 } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR && errno != EAGAIN)
			break;
	return (fds[1].revents & POLLIN) == 0;
}

/* Bytes read, 0 at the complete end, -1 with e (empty when stopping). */
static ssize_t
read_chunk(struct parts *p, size_t len, struct err *e)
{
	ssize_t n;

	if (!input_ready(p))
		return -1;
	n = input_read(p->in, p->chunk, len < IO_CHUNK ? len : IO_CHUNK, e);
	if (n > 0)
		atomic_fetch_add(&p->meter->in, (uint_fast64_t)n);
	return n;
}

/* A window grows by doubling, old and new side by side.  Only the first part
 * may do so, up to a MiB, for it may be a small object; all others get their
 * whole size at once. */
static int
append(struct part *part, const void *data, size_t len)
{
	struct window *w = &part->window;

	if ((part->number > 1 || window_size(w) + len > EAGER) &&
	    window_reserve(w, window_limit(w) - window_size(w)) != 0)
		return -1;
	return window_write(w, data, len);
}

/* 1: full, 0: the input ended, -1 with e. */
static int
fill(struct parts *p, struct part *part, struct err *e)
{
	size_t limit = window_limit(&part->window), len;
	ssize_t n = 1;

	if (sha256_start(&p->hash, e) != 0)
		return -1;
	part->crc = 0;
	while ((len = limit - window_size(&part->window)) > 0) {
		if ((n = read_chunk(p, len, e)) <= 0)
			break;
		if (append(part, p->chunk, (size_t)n) != 0)
			return err_sys(e, EXIT_IO, errno,
			    "cannot keep a part of %zu bytes", limit);
		if (sha256_add(&p->hash, p->chunk, (size_t)n, e) != 0)
			return -1;
		part->crc = checksum_crc(p->kind, part->crc, p->chunk,
		    (size_t)n);
	}
	if (n < 0 || sha256_end(&p->hash, part->sha256, e) != 0)
		return -1;
	p->reading_crc = checksum_combine(p->kind, p->reading_crc, part->crc,
	    window_size(&part->window));
	return n > 0;
}

/* Under the lock, like discount(): queue and count agree. */
static void
announce(struct parts *p)
{
	uint64_t one = 1;

	while (write(p->ready, &one, sizeof one) < 0 && errno == EINTR)
		continue;
}

static void
deliver(struct parts *p, struct part *part)
{
	pthread_mutex_lock(&p->lock);
	*p->queue_end = part;
	p->queue_end = &part->next;
	announce(p);
	pthread_mutex_unlock(&p->lock);
}

static void
deliver_end(struct parts *p, enum parts_event last, const struct err *e)
{
	pthread_mutex_lock(&p->lock);
	p->last = last;
	p->crc = p->reading_crc;
	if (last == PARTS_FAILED)
		p->error = *e;
	announce(p);
	pthread_mutex_unlock(&p->lock);
}

/* Behind part 10,000 nothing may come. */
static int
expect_end(struct parts *p, struct err *e)
{
	ssize_t n = read_chunk(p, 1, e);

	if (n > 0)
		return err_set(e, EXIT_DATA, "the input has more than the "
		    "%llu bytes that fit into %d parts: raise -m or "
		    "--part-size",
		    (unsigned long long)part_plan_limit(&p->plan),
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
		uint64_t size = part_plan_size(&p->plan, number);

		if (size == 0)
			return expect_end(p, e);
		if ((part = acquire(p, number, size, e)) == NULL)
			return -1;
		more = fill(p, part, e);
		if (more >= 0 && window_size(&part->window) > 0)
			deliver(p, part);
		else
			parts_return(p, part);
	}
	return more;
}

static void *
read_input(void *ctx)
{
	struct parts *p = ctx;
	struct err e = { EXIT_INTERNAL, "stopped" };

	if (read_parts(p, &e) == 0)
		deliver_end(p, PARTS_END, NULL);
	else
		deliver_end(p, PARTS_FAILED, &e);
	return NULL;
}

/* Owner. */

static void
free_all(struct parts *p)
{
	struct part *part;

	while ((part = p->queue) != NULL) {
		p->queue = part->next;
		free_part(p, part);
	}
	while ((part = p->idle) != NULL) {
		p->idle = part->next;
		free_part(p, part);
	}
	if (p->ready >= 0)
		close(p->ready);
	if (p->stop >= 0)
		close(p->stop);
	sha256_free(&p->hash);
	free(p->chunk);
	pthread_cond_destroy(&p->returned);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct parts *
parts_start(struct input *in, const struct part_plan *plan, unsigned windows,
    enum checksum kind, struct meter *meter, struct err *e)
{
	struct parts *p = calloc(1, sizeof *p);
	int errnum = ENOMEM;

	if (p == NULL) {
		err_sys(e, EXIT_INTERNAL, errnum, "cannot start the reader");
		return NULL;
	}
	/* Freed windows shall go back to the system.  glibc would raise its
	 * threshold to their size instead, and keep them in the thread's heap. */
	mallopt(M_MMAP_THRESHOLD, EAGER);
	p->in = in;
	p->meter = meter;
	p->plan = *plan;
	p->windows = windows;
	p->kind = kind;
	p->command = in->from.pid;
	p->queue_end = &p->queue;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->returned, NULL);
	p->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	p->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	p->chunk = malloc(IO_CHUNK);
	if (p->ready >= 0 && p->stop >= 0 && p->chunk != NULL &&
	    (errnum = pthread_create(&p->thread, NULL, read_input, p)) == 0)
		return p;
	err_sys(e, EXIT_INTERNAL, errnum, "cannot start the reader");
	free_all(p);
	return NULL;
}

int
parts_fd(const struct parts *p)
{
	return p->ready;
}

/* Takes one event from the count. */
static void
discount(struct parts *p)
{
	uint64_t one;

	while (read(p->ready, &one, sizeof one) < 0 && errno == EINTR)
		continue;
}

enum parts_event
parts_next(struct parts *p, struct part **part, struct err *e)
{
	enum parts_event event = PARTS_PART;

	pthread_mutex_lock(&p->lock);
	*part = p->queue;
	if (*part != NULL) {
		p->queue = (*part)->next;
		if (p->queue == NULL)
			p->queue_end = &p->queue;
		discount(p);
	} else {
		event = p->last;
		if (event == PARTS_FAILED)
			*e = p->error;
	}
	pthread_mutex_unlock(&p->lock);
	return event;
}

void
parts_return(struct parts *p, struct part *part)
{
	pthread_mutex_lock(&p->lock);
	part->next = p->idle;
	p->idle = part;
	pthread_cond_signal(&p->returned);
	pthread_mutex_unlock(&p->lock);
}

uint64_t
parts_crc(struct parts *p)
{
	uint64_t crc;

	pthread_mutex_lock(&p->lock);
	crc = p->crc;
	pthread_mutex_unlock(&p->lock);
	return crc;
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
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->returned);
	pthread_mutex_unlock(&p->lock);
	while (write(p->stop, &one, sizeof one) < 0 && errno == EINTR)
		continue;
	if (!joined_in_time(p)) {
		if (p->command > 0)
			kill(p->command, SIGKILL);
		if (!joined_in_time(p))
			return false;
	}
	free_all(p);
	return true;
}
