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
 * threads workers (>= 1), depth jobs at most (>= threads).  work(job, self)
 * runs on a worker; self is 0 … threads-1, for per-thread state.  It reports
 * failure inside the job.  NULL with e when threads cannot be started (70).
 */
struct pool *pool_new(unsigned threads, unsigned depth,
    void (*work)(void *job, unsigned self), struct err *e);

bool pool_full(const struct pool *p);	/* put would not be allowed */
unsigned pool_held(const struct pool *p);

void pool_put(struct pool *p, void *job);	/* !pool_full */

/* The oldest job, waiting until it is done; NULL when none is held. */
void *pool_take(struct pool *p);

/* The oldest job if it is done already, else NULL. */
void *pool_poll(struct pool *p);

/* Jobs not yet begun are dropped, running ones waited for. */
void pool_free(struct pool *p);

#endif
