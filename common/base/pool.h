/*
 * pool: jobs done by threads and handed back in the order they came.
 *
 * One driver thread owns the pool: it puts jobs and takes them back, oldest
 * first.  At most depth jobs are held, so memory is bounded by the caller's
 * jobs; the order of results does not depend on the number of threads.
 * A job belongs to the pool between put and take.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>

#include "base/diag.h"

struct pool;

/*
 * Starts `threads` workers (>= 1) for at most `depth` jobs (>= threads).
 * work(job, self) runs on a worker; self, from 0 to threads - 1, is that
 * worker's number, for state of each thread.  work reports a failure inside the
 * job.  NULL with e (70) when the threads cannot be started.
 */
struct pool *pool_new(unsigned threads, unsigned depth,
    void (*work)(void *job, unsigned self), struct err *e);

bool pool_full(const struct pool *p);	/* pool_put is not allowed now */
unsigned pool_held(const struct pool *p);	/* jobs put, not taken back */

void pool_put(struct pool *p, void *job);	/* if it is not full */

/* Waits until the oldest job is done and gives it back; NULL when no job is
 * held. */
void *pool_take(struct pool *p);

/* Gives the oldest job back if it is done already, else NULL. */
void *pool_poll(struct pool *p);

/* Frees the pool: drops the jobs that are not begun, and waits for those that
 * run. */
void pool_free(struct pool *p);

#endif
