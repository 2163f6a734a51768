/*
 * The line of parts and its hashers.
 *
 *	reader:	hash_queue_put() … hash_queue_end()
 *	hasher:	take() -> digests -> give_back()
 *	sender:	hash_queue_next() -> hash_queue_sent()
 *
 * The list holds parts in their order, each READ, HASHING or HASHED; what is
 * in it is bounded because the store's parts are.  Everything but a part that
 * is being hashed is under the lock.  Hashers sleep on a condition, the sender
 * in poll(2): an eventfd is written when there comes to be an event for it, and
 * read when there is none any more.
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

enum { HASHERS = 4 };
enum { READ, HASHING, HASHED };

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
	uint64_t crc;
	struct err error;
};

/* The sender's event, without taking it.  Under the lock. */
static enum parts_event
event(const struct hash_queue *l)
{
	if (l->last == PARTS_FAILED)
		return PARTS_FAILED;
	if (l->head != NULL)
		return l->head->stage == HASHED ? PARTS_PART : PARTS_NONE;
	return l->last;
}

/* Keeps the descriptor true to it.  Under the lock. */
static void
signal_sender(struct hash_queue *l)
{
	bool raise = event(l) != PARTS_NONE;
	uint64_t one = 1;

	if (raise == l->raised)
		return;
	while ((raise ? write(l->fd, &one, sizeof one) :
	    read(l->fd, &one, sizeof one)) < 0 && errno == EINTR)
		continue;
	l->raised = raise;
}

/* Hashers. */

/* Parts that a hasher shall take now: 0 to 2, in pair.  Under the lock. */
static unsigned
choose(const struct hash_queue *l, struct part *pair[2])
{
	struct part *part = l->head;
	bool alone;

	while (part != NULL && part->stage != READ)
		part = part->next;
	if (part == NULL)
		return 0;
	pair[0] = part;
	pair[1] = part->next;
	if (l->pairs && pair[1] != NULL && window_size(&pair[0]->window) ==
	    window_size(&pair[1]->window))
		return 2;
	alone = !l->pairs || pair[1] != NULL || l->hurry ||
	    l->last != PARTS_NONE ||
	    (l->sending == 0 && l->head->stage != HASHED);
	return alone ? 1 : 0;
}

/* The same, waiting; 0: stopping. */
static unsigned
take(struct hash_queue *l, struct part *pair[2])
{
	unsigned n = 0;

	pthread_mutex_lock(&l->lock);
	while (!atomic_load(&l->stopping) && (n = choose(l, pair)) == 0)
		pthread_cond_wait(&l->work, &l->lock);
	for (unsigned i = 0; i < n; i++)
		pair[i]->stage = HASHING;
	pthread_mutex_unlock(&l->lock);
	return n;
}

static void
give_back(struct hash_queue *l, struct part *pair[2], unsigned n,
    const struct err *failed)
{
	pthread_mutex_lock(&l->lock);
	for (unsigned i = 0; i < n; i++)
		pair[i]->stage = HASHED;
	if (failed != NULL && l->last != PARTS_FAILED) {
		l->last = PARTS_FAILED;
		l->error = *failed;
	}
	signal_sender(l);
	pthread_mutex_unlock(&l->lock);
}

static void *
hash_parts(void *ctx)
{
	struct hash_queue *l = ctx;
	struct digester digester = { 0 };
	struct part *pair[2];
	struct err e = ERR_NONE;
	unsigned n;

	while ((n = take(l, pair)) > 0) {
		struct digest texts[2];
		int rc;

		for (unsigned i = 0; i < n; i++)
			texts[i] = (struct digest){
			    window_bytes(&pair[i]->window),
			    window_size(&pair[i]->window), pair[i]->sha256,
			    &pair[i]->crc };
		rc = n == 1 ?
		    digest_one(&digester, l->kind, texts, &l->stopping, &e) :
		    digest_two(&digester, l->kind, texts, &l->stopping, &e);
		give_back(l, pair, n, rc == 0 ? NULL : &e);
	}
	digester_free(&digester);
	return NULL;
}

/* Reader. */

void
hash_queue_put(struct hash_queue *l, struct part *part)
{
	pthread_mutex_lock(&l->lock);
	part->stage = READ;
	part->next = NULL;
	*l->end = part;
	l->end = &part->next;
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

void
hash_queue_end(struct hash_queue *l, enum parts_event last,
    const struct err *e)
{
	pthread_mutex_lock(&l->lock);
	if (l->last != PARTS_FAILED) {
		l->last = last;
		if (last == PARTS_FAILED)
			l->error = *e;
	}
	signal_sender(l);
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

void
hash_queue_hurry(struct hash_queue *l, bool hurry)
{
	pthread_mutex_lock(&l->lock);
	l->hurry = hurry;
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

/* Sender. */

int
hash_queue_fd(const struct hash_queue *l)
{
	return l->fd;
}

enum parts_event
hash_queue_next(struct hash_queue *l, struct part **part, struct err *e)
{
	enum parts_event now;

	pthread_mutex_lock(&l->lock);
	now = event(l);
	if (now == PARTS_FAILED)
		*e = l->error;
	if (now == PARTS_PART) {
		*part = l->head;
		if ((l->head = l->head->next) == NULL)
			l->end = &l->head;
		l->crc = checksum_combine(l->kind, l->crc, (*part)->crc,
		    window_size(&(*part)->window));
		l->sending++;
	}
	signal_sender(l);
	pthread_mutex_unlock(&l->lock);
	return now;
}

void
hash_queue_sent(struct hash_queue *l)
{
	pthread_mutex_lock(&l->lock);
	l->sending--;
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

uint64_t
hash_queue_crc(struct hash_queue *l)
{
	uint64_t crc;

	pthread_mutex_lock(&l->lock);
	crc = l->crc;
	pthread_mutex_unlock(&l->lock);
	return crc;
}

/* Life. */

struct hash_queue *
hash_queue_start(enum checksum kind, struct err *e)
{
	struct hash_queue *l = calloc(1, sizeof *l);
	unsigned threads;
	int errnum = ENOMEM;

	if (l == NULL) {
		err_sys(e, EXIT_INTERNAL, errnum, "cannot start hashing");
		return NULL;
	}
	l->kind = kind;
	l->pairs = sha256x2_gains();
	l->end = &l->head;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->work, NULL);
	/* One is enough where it hashes two at a time. */
	threads = l->pairs ? 1 : processors(HASHERS);
	l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	errnum = l->fd < 0 ? errno : 0;
	while (errnum == 0 && l->n_threads < threads) {
		errnum = pthread_create(&l->threads[l->n_threads], NULL,
		    hash_parts, l);
		l->n_threads += errnum == 0;
	}
	if (errnum == 0 || l->n_threads > 0)
		return l;
	err_sys(e, EXIT_INTERNAL, errnum, "cannot start hashing");
	hash_queue_free(l, NULL);
	return NULL;
}

void
hash_queue_free(struct hash_queue *l, struct part_buffers *store)
{
	struct part *part;

	if (l == NULL)
		return;
	pthread_mutex_lock(&l->lock);
	atomic_store(&l->stopping, true);
	pthread_cond_broadcast(&l->work);
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < l->n_threads; i++)
		pthread_join(l->threads[i], NULL);
	while ((part = l->head) != NULL) {
		l->head = part->next;
		part_buffers_return(store, part);
	}
	if (l->fd >= 0)
		close(l->fd);
	pthread_cond_destroy(&l->work);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
