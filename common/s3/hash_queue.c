/*
 * The queue of parts and its hashers.
 *
 *	reader:	hash_queue_put() … hash_queue_end()
 *	hasher:	take() -> digests -> give_back()
 *	sender:	hash_queue_next() -> hash_queue_sent()
 *
 * The list holds parts in their order, each READ, HASHING or HASHED; what is
 * in it is bounded because the store's parts are.  Everything but a part that
 * is being hashed is under the lock.  Hashers sleep on a condition, the sender
 * in poll(2): an eventfd is written as soon as there is an event for it, and read
 * when there is none any more.
 *
 * Two parts hashed side by side cost little more than one (sha256x2).  So a
 * hasher leaves a single part where it is while the sender is busy with others
 * and the next one is still being read; it takes it alone at the end, when the
 * sender has nothing to do, and when the reader waits for memory.  Where pairs
 * gain nothing there are several hashers instead, and none of them waits.
 */
#include "s3/hash_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/processors.h"
#include "s3/digest.h"

/* Threads, where each part is hashed alone: one core hashes 0.3 to 2 GB/s, so
 * four feed any network that a machine of so many cores has, and leave the
 * others to what runs beside us. */
enum { HASHERS = 4 };

/* A part here waits for a hasher, has one, or waits for the sender. */
enum stage { READ, HASHING, HASHED };

struct hash_queue {
	enum checksum kind;
	bool pairs;
	unsigned n_threads;
	pthread_t threads[HASHERS];
	int fd;				/* eventfd for the sender */
	atomic_bool stopping;

	/* Under the lock: the reader, hashers and the sender share these. */
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct part *head, **end;
	bool raised;			/* fd is readable */
	bool hurry;
	unsigned sending;		/* parts the sender has */
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
		return q->head->stage == HASHED ? PARTS_PART : PARTS_NONE;
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

/* Parts that a hasher shall take now: 0 to 2, in pair.  Under the lock. */
static unsigned
choose(const struct hash_queue *q, struct part *pair[2])
{
	struct part *part = q->head;
	bool alone;

	while (part != NULL && part->stage != READ)
		part = part->next;
	if (part == NULL)
		return 0;
	pair[0] = part;
	pair[1] = part->next;
	if (q->pairs && pair[1] != NULL && window_size(&pair[0]->window) ==
	    window_size(&pair[1]->window))
		return 2;
	alone = !q->pairs || pair[1] != NULL || q->hurry ||
	    q->last != PARTS_NONE ||
	    (q->sending == 0 && q->head->stage != HASHED);
	return alone ? 1 : 0;
}

/* The same, waiting; 0: stopping. */
static unsigned
take(struct hash_queue *q, struct part *pair[2])
{
	unsigned n = 0;

	pthread_mutex_lock(&q->lock);
	while (!atomic_load(&q->stopping) && (n = choose(q, pair)) == 0)
		pthread_cond_wait(&q->work, &q->lock);
	for (unsigned i = 0; i < n; i++)
		pair[i]->stage = HASHING;
	pthread_mutex_unlock(&q->lock);
	return n;
}

static void
give_back(struct hash_queue *q, struct part *pair[2], unsigned n,
    const struct err *failed)
{
	pthread_mutex_lock(&q->lock);
	for (unsigned i = 0; i < n; i++)
		pair[i]->stage = HASHED;
	if (failed != NULL && q->last != PARTS_FAILED) {
		q->last = PARTS_FAILED;
		q->error = *failed;
	}
	signal_sender(q);
	pthread_mutex_unlock(&q->lock);
}

static void *
hash_parts(void *ctx)
{
	struct hash_queue *q = ctx;
	struct digester digester = { 0 };
	struct part *pair[2];
	struct err e = ERR_NONE;
	unsigned n;

	while ((n = take(q, pair)) > 0) {
		struct digest texts[2];
		int rc;

		for (unsigned i = 0; i < n; i++)
			texts[i] = (struct digest){
			    window_bytes(&pair[i]->window),
			    window_size(&pair[i]->window), pair[i]->sha256,
			    &pair[i]->crc };
		rc = n == 1 ?
		    digest_one(&digester, q->kind, texts, &q->stopping, &e) :
		    digest_two(&digester, q->kind, texts, &q->stopping, &e);
		give_back(q, pair, n, rc == 0 ? NULL : &e);
	}
	digester_free(&digester);
	return NULL;
}

/* Reader. */

void
hash_queue_put(struct hash_queue *q, struct part *part)
{
	pthread_mutex_lock(&q->lock);
	part->stage = READ;
	part->next = NULL;
	*q->end = part;
	q->end = &part->next;
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
	pthread_cond_signal(&q->work);
	pthread_mutex_unlock(&q->lock);
}

void
hash_queue_hurry(struct hash_queue *q, bool hurry)
{
	pthread_mutex_lock(&q->lock);
	q->hurry = hurry;
	pthread_cond_signal(&q->work);
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
		q->sending++;
	}
	signal_sender(q);
	pthread_mutex_unlock(&q->lock);
	return now;
}

void
hash_queue_sent(struct hash_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->sending--;
	pthread_cond_signal(&q->work);
	pthread_mutex_unlock(&q->lock);
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
hash_queue_start(enum checksum kind, struct err *e)
{
	struct hash_queue *q = calloc(1, sizeof *q);
	unsigned threads;
	int errnum = ENOMEM;

	if (q == NULL) {
		err_sys(e, EXIT_INTERNAL, errnum, "cannot start hashing");
		return NULL;
	}
	q->kind = kind;
	q->pairs = sha256x2_gains();
	q->end = &q->head;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->work, NULL);
	/* One is enough where it hashes two at a time. */
	threads = q->pairs ? 1 : processors(HASHERS);
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
