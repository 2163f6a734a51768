/*
 * pool: jobs done by threads and handed back in the order they came.
 *
 * The jobs stand in a ring of depth slots.  Three counters, which only grow,
 * cut it into four stretches; a slot is its counter modulo depth:
 *
 *	taken … begun	held by a worker, or done and waiting to be taken
 *	begun … put	waiting for a worker
 *	put … taken + depth  free
 *
 * The driver moves put and taken, the workers move begun, all under one lock
 * that is never held while work runs.  A worker takes the oldest job that
 * waits, so jobs are begun in order; they may be done in any order, and the
 * done flag of each slot says so.  The driver waits for the slot at taken and
 * for nothing else, which is what makes the results ordered.  Only one thread
 * can ever wait there, so `ready` is signalled when just that slot gets done
 * and its other changes wake nobody.
 *
 * What work wrote into its job is visible to the driver after take, and what
 * the driver wrote before put is visible to work: each passes the lock between.
 *
 * Memory is bounded because put is refused at depth: the driver has to take
 * (and so to write out) the oldest result before it can read more input.
 *
 * Workers block all signals: a handler runs on the driver, whose system calls
 * are those that should be interrupted.
 */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

struct slot {
	void *job;
	bool done;
};

struct worker {
	struct pool *pool;
	unsigned self;
	pthread_t thread;
};

struct pool {
	void (*work)(void *job, unsigned self);
	unsigned depth;
	struct slot *slots;
	struct worker *workers;
	unsigned started;	/* workers that must be joined */

	pthread_mutex_t lock;
	pthread_cond_t waiting;	/* for workers: begun < put, or closing */
	pthread_cond_t ready;	/* for the driver: the oldest job is done */
	uint64_t taken, begun, put;
	bool closing;
};

static struct slot *
slot_at(const struct pool *p, uint64_t counter)
{
	return &p->slots[counter % p->depth];
}

/* Waits for a job; NULL when the pool is closing. */
static struct slot *
begin_job(struct pool *p, uint64_t *counter)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&p->lock);
	while (!p->closing && p->begun == p->put)
		pthread_cond_wait(&p->waiting, &p->lock);
	if (!p->closing) {
		*counter = p->begun++;
		slot = slot_at(p, *counter);
	}
	pthread_mutex_unlock(&p->lock);
	return slot;
}

static void
end_job(struct pool *p, struct slot *slot, uint64_t counter)
{
	pthread_mutex_lock(&p->lock);
	slot->done = true;
	if (counter == p->taken)
		pthread_cond_signal(&p->ready);
	pthread_mutex_unlock(&p->lock);
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct slot *slot;
	uint64_t counter;

	while ((slot = begin_job(w->pool, &counter)) != NULL) {
		w->pool->work(slot->job, w->self);
		end_job(w->pool, slot, counter);
	}
	return NULL;
}

/* Starts the workers with all signals blocked, as they inherit the mask. */
static int
start_workers(struct pool *p, unsigned threads)
{
	sigset_t all, before;
	int rc = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (rc == 0 && p->started < threads) {
		struct worker *w = &p->workers[p->started];

		w->pool = p;
		w->self = p->started;
		rc = pthread_create(&w->thread, NULL, worker_main, w);
		p->started += rc == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

struct pool *
pool_new(unsigned threads, unsigned depth,
    void (*work)(void *job, unsigned self), struct err *e)
{
	struct pool *p = calloc(1, sizeof *p);
	int rc;

	if (p == NULL) {
		err_memory(e);
		return NULL;
	}
	p->work = work;
	p->depth = depth;
	pthread_mutex_init(&p->lock, NULL);	/* these three cannot fail */
	pthread_cond_init(&p->waiting, NULL);	/* with default attributes */
	pthread_cond_init(&p->ready, NULL);	/* on Linux */
	p->slots = calloc(depth, sizeof *p->slots);
	p->workers = calloc(threads, sizeof *p->workers);
	if (p->slots == NULL || p->workers == NULL) {
		err_memory(e);
		goto fail;
	}
	if ((rc = start_workers(p, threads)) != 0) {
		err_sys(e, EXIT_INTERNAL, rc, "cannot start %u threads", threads);
		goto fail;
	}
	return p;
fail:
	pool_free(p);
	return NULL;
}

/* taken and put are written by the driver only, which may read them as is. */
unsigned
pool_held(const struct pool *p)
{
	return (unsigned)(p->put - p->taken);
}

bool
pool_full(const struct pool *p)
{
	return pool_held(p) == p->depth;
}

void
pool_put(struct pool *p, void *job)
{
	struct slot *slot = slot_at(p, p->put);

	pthread_mutex_lock(&p->lock);
	slot->job = job;
	slot->done = false;
	p->put++;
	pthread_cond_signal(&p->waiting);
	pthread_mutex_unlock(&p->lock);
}

static void *
take(struct pool *p, bool wait)
{
	struct slot *slot = slot_at(p, p->taken);
	void *job = NULL;

	if (pool_held(p) == 0)
		return NULL;
	pthread_mutex_lock(&p->lock);
	while (wait && !slot->done)
		pthread_cond_wait(&p->ready, &p->lock);
	if (slot->done) {
		job = slot->job;
		p->taken++;
	}
	pthread_mutex_unlock(&p->lock);
	return job;
}

void *
pool_take(struct pool *p)
{
	return take(p, true);
}

void *
pool_poll(struct pool *p)
{
	return take(p, false);
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->waiting);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->started; i++)
		pthread_join(p->workers[i].thread, NULL);
	pthread_cond_destroy(&p->ready);
	pthread_cond_destroy(&p->waiting);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p->slots);
	free(p);
}
