/*
 * The queue of parts and its hashers.
 *
 *	reader:	hash_queue_put() … hash_queue_end()
 *	hasher:	take() -> digest() -> give_back()
 *	sender:	hash_queue_next()
 *
 * The list holds parts in their order, each READ, HASHING or READY; there are no
 * more of them than part_buffers gives.  Everything but a part that is being
 * hashed is under the lock.  Hashers sleep on a condition, the sender in poll(2):
 * an eventfd is written as soon as there is an event for it, and read when there
 * is none any more.  Where no digest is wanted there are no hashers, and parts
 * come in READY.
 */
#include "s3/hash_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/processors.h"

enum {
	/* Threads: one hashes 0.4 to 2 GB/s, so two feed a line of 10 Gbit/s in
	 * most machines, and more would take the processors from what runs
	 * beside us. */
	HASHERS = 2,
	/* Bytes that are hashed between two looks at the stop: a few
	 * milliseconds of the slowest processor. */
	SLICE = 1 << 20
};

/* A part here waits for a hasher, has one, or waits for the sender. */
enum stage { READ, HASHING, READY };

struct hash_queue {
	enum checksum kind;
	unsigned n_threads;		/* 0: no digests */
	pthread_t threads[HASHERS];
	int fd;				/* eventfd for the sender */
	atomic_bool stopping;

	/* Under the lock: the reader, hashers and the sender share these. */
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct part *head, **end;
	bool raised;			/* fd is readable */
	enum parts_event last;		/* PARTS_NONE until the end */
	const struct complete_input *complete; /* with PARTS_END */
	struct err error;		/* with PARTS_FAILED */
	uint64_t crc;			/* of the parts that came out */
};

/* The sender's next event, which stays where it is.  Under the lock. */
static enum parts_event
event(const struct hash_queue *q)
{
	if (q->last == PARTS_FAILED)
		return PARTS_FAILED;
	if (q->head != NULL)
		return q->head->stage == READY ? PARTS_PART : PARTS_NONE;
	return q->last;
}

/* Keeps the descriptor readable while there is an event.  Under the lock. */
static void
signal_sender(struct hash_queue *q)
{
	bool raise = event(q) != PARTS_NONE;
	uint64_t one = 1;

	if (raise == q->raised)
		return;
	while ((raise ? write(q->fd, &one, sizeof one) :
	    read(q->fd, &one, sizeof one)) < 0 && errno == EINTR)
		continue;
	q->raised = raise;
}

/* Hashers. */

/* The first part that waits for one, waiting for it; NULL: stopping. */
static struct part *
take(struct hash_queue *q)
{
	struct part *part = NULL;

	pthread_mutex_lock(&q->lock);
	while (!atomic_load(&q->stopping)) {
		for (part = q->head; part != NULL && part->stage != READ;)
			part = part->next;
		if (part != NULL) {
			part->stage = HASHING;
			break;
		}
		pthread_cond_wait(&q->work, &q->lock);
	}
	pthread_mutex_unlock(&q->lock);
	return part;
}

static void
give_back(struct hash_queue *q, struct part *part, const struct err *failed)
{
	pthread_mutex_lock(&q->lock);
	part->stage = READY;
	if (failed != NULL && q->last != PARTS_FAILED) {
		q->last = PARTS_FAILED;
		q->error = *failed;
	}
	signal_sender(q);
	pthread_mutex_unlock(&q->lock);
}

static int
digest(struct hash_queue *q, struct sha256 *hash, struct part *part,
    struct err *e)
{
	const char *bytes = window_bytes(&part->window);
	const size_t len = window_size(&part->window);

	if (sha256_start(hash, e) != 0)
		return -1;
	for (size_t n, at = 0; at < len; at += n) {
		n = len - at < SLICE ? len - at : SLICE;
		if (atomic_load_explicit(&q->stopping, memory_order_relaxed))
			return err_set(e, EXIT_INTERNAL, "stopped");
		if (sha256_add(hash, bytes + at, n, e) != 0)
			return -1;
	}
	part->hashed = true;
	return sha256_end(hash, part->sha256, e);
}

static void *
hash_parts(void *ctx)
{
	struct hash_queue *q = ctx;
	struct sha256 hash = { 0 };
	struct err e = ERR_NONE;
	struct part *part;

	while ((part = take(q)) != NULL)
		give_back(q, part, digest(q, &hash, part, &e) == 0 ? NULL :
		    &e);
	sha256_free(&hash);
	return NULL;
}

/* Reader. */

void
hash_queue_put(struct hash_queue *q, struct part *part)
{
	pthread_mutex_lock(&q->lock);
	part->stage = q->n_threads > 0 ? READ : READY;
	part->next = NULL;
	*q->end = part;
	q->end = &part->next;
	if (part->stage == READY)
		signal_sender(q);
	else
		pthread_cond_signal(&q->work);
	pthread_mutex_unlock(&q->lock);
}

void
hash_queue_end(struct hash_queue *q, const struct complete_input *complete,
    const struct err *e)
{
	pthread_mutex_lock(&q->lock);
	if (q->last != PARTS_FAILED) {
		q->last = complete != NULL ? PARTS_END : PARTS_FAILED;
		q->complete = complete;
		if (complete == NULL)
			q->error = *e;
	}
	signal_sender(q);
	pthread_mutex_unlock(&q->lock);
}

/* Sender. */

int
hash_queue_fd(const struct hash_queue *q)
{
	return q->fd;
}

enum parts_event
hash_queue_next(struct hash_queue *q, struct part **part, struct err *e)
{
	enum parts_event now;

	pthread_mutex_lock(&q->lock);
	now = event(q);
	if (now == PARTS_FAILED)
		*e = q->error;
	if (now == PARTS_PART) {
		*part = q->head;
		if ((q->head = q->head->next) == NULL)
			q->end = &q->head;
		q->crc = checksum_combine(q->kind, q->crc, (*part)->crc,
		    window_size(&(*part)->window));
	}
	signal_sender(q);
	pthread_mutex_unlock(&q->lock);
	return now;
}

const struct complete_input *
hash_queue_complete(struct hash_queue *q)
{
	const struct complete_input *complete;

	pthread_mutex_lock(&q->lock);
	complete = event(q) == PARTS_END ? q->complete : NULL;
	pthread_mutex_unlock(&q->lock);
	return complete;
}

uint64_t
hash_queue_crc(struct hash_queue *q)
{
	uint64_t crc;

	pthread_mutex_lock(&q->lock);
	crc = q->crc;
	pthread_mutex_unlock(&q->lock);
	return crc;
}

/* Life. */

struct hash_queue *
hash_queue_start(enum checksum kind, bool hashed, struct err *e)
{
	struct hash_queue *q = calloc(1, sizeof *q);
	unsigned threads = hashed ? processors(HASHERS) : 0;
	int errnum = ENOMEM;

	if (q == NULL) {
		err_sys(e, EXIT_INTERNAL, errnum, "cannot start hashing");
		return NULL;
	}
	q->kind = kind;
	q->end = &q->head;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->work, NULL);
	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	errnum = q->fd < 0 ? errno : 0;
	while (errnum == 0 && q->n_threads < threads) {
		errnum = pthread_create(&q->threads[q->n_threads], NULL,
		    hash_parts, q);
		q->n_threads += errnum == 0;
	}
	if (errnum == 0 || q->n_threads > 0)
		return q;
	err_sys(e, EXIT_INTERNAL, errnum, "cannot start hashing");
	hash_queue_free(q, NULL);
	return NULL;
}

void
hash_queue_free(struct hash_queue *q, struct part_buffers *buffers)
{
	struct part *part;

	if (q == NULL)
		return;
	pthread_mutex_lock(&q->lock);
	atomic_store(&q->stopping, true);
	pthread_cond_broadcast(&q->work);
	pthread_mutex_unlock(&q->lock);
	for (unsigned i = 0; i < q->n_threads; i++)
		pthread_join(q->threads[i], NULL);
	while ((part = q->head) != NULL) {
		q->head = part->next;
		part_buffers_return(buffers, part);
	}
	if (q->fd >= 0)
		close(q->fd);
	pthread_cond_destroy(&q->work);
	pthread_mutex_destroy(&q->lock);
	free(q);
}
