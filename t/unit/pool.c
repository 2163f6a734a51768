/* pool: order, bounds, visibility of results, an early end, and a stress. */
#include "base/pool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "tap.h"

enum { MAX_THREADS = 7, ROUNDS = 20000 };

struct job {
	uint64_t in;
	uint64_t out;		/* plain: must be visible after take */
	unsigned spin;
	atomic_bool *gate;	/* waits until it opens */
};

static uint64_t counted[MAX_THREADS];	/* by self, plain: one thread each */
static atomic_uint running, most_running;

static void
square(void *arg, unsigned self)
{
	struct job *job = arg;
	unsigned now = atomic_fetch_add(&running, 1) + 1, most = most_running;

	while (now > most &&
	    !atomic_compare_exchange_weak(&most_running, &most, now))
		;
	while (job->gate != NULL && !atomic_load(job->gate))
		sched_yield();
	for (volatile unsigned i = 0; i < job->spin; i++)
		;
	job->out = job->in * job->in;
	counted[self]++;
	atomic_fetch_sub(&running, 1);
}

/* Jobs of uneven length through a ring of depth; polls as often as it takes. */
static void
stress(unsigned threads, unsigned depth)
{
	struct err e = ERR_NONE;
	struct job *jobs = calloc(depth, sizeof *jobs), *job;
	struct pool *p = pool_new(threads, depth, square, &e);
	uint64_t put = 0, taken = 0, wrong = 0, held = 0, total = 0;
	uint32_t rng = 1;

	most_running = 0;
	for (unsigned i = 0; i < MAX_THREADS; i++)
		counted[i] = 0;
	while (p != NULL && jobs != NULL && taken < ROUNDS) {
		while (put < ROUNDS && !pool_full(p)) {
			rng = rng * 1664525 + 1013904223;
			jobs[put % depth] = (struct job){ .in = put,
			    .spin = rng >> 24 };
			pool_put(p, &jobs[put++ % depth]);
			held += pool_held(p) != put - taken;
		}
		job = rng & 0x10000 ? pool_poll(p) : pool_take(p);
		if (job == NULL)
			job = pool_take(p);
		wrong += job != &jobs[taken % depth] ||
		    job->in != taken || job->out != taken * taken;
		taken++;
	}
	for (unsigned i = 0; i < MAX_THREADS; i++)
		total += counted[i];
	ok(p != NULL && taken == ROUNDS && wrong == 0 && held == 0,
	    "%u threads, depth %u: results in order", threads, depth);
	ok(total == ROUNDS && most_running <= threads,
	    "%u threads, depth %u: each job done once, %u at a time at most",
	    threads, depth, threads);
	ok(p != NULL && pool_take(p) == NULL && pool_poll(p) == NULL,
	    "an empty pool gives NULL");
	pool_free(p);
	free(jobs);
}

static void
order_under_delay(void)
{
	struct err e = ERR_NONE;
	atomic_bool gate = false;
	struct job jobs[3] = { { .in = 3, .gate = &gate }, { .in = 4 },
	    { .in = 5 } };
	struct pool *p = pool_new(2, 3, square, &e);

	for (unsigned i = 0; i < MAX_THREADS; i++)
		counted[i] = 0;
	ok(!pool_full(p), "a new pool is not full");
	for (int i = 0; i < 3; i++)
		pool_put(p, &jobs[i]);
	ok(pool_full(p) && pool_held(p) == 3, "full at its depth");
	ok(pool_poll(p) == NULL, "poll does not overtake a slow oldest job");
	atomic_store(&gate, true);
	ok(pool_take(p) == &jobs[0] && pool_take(p) == &jobs[1] &&
	    pool_take(p) == &jobs[2], "take waits for the oldest");
	ok(jobs[0].out == 9 && jobs[1].out == 16 && jobs[2].out == 25,
	    "all were worked on");
	pool_free(p);
}

/* The gate holds the only worker, so the jobs after it are never begun. */
static void
early_end(void)
{
	struct err e = ERR_NONE;
	atomic_bool gate = false;
	struct job jobs[8];
	struct pool *p = pool_new(1, 8, square, &e);
	unsigned undone = 0;

	for (int i = 0; i < 8; i++) {
		jobs[i] = (struct job){ .in = 2, .gate = &gate };
		pool_put(p, &jobs[i]);
	}
	while (running == 0)
		sched_yield();
	/* The worker may go on for a while before free() closes the pool. */
	atomic_store(&gate, true);
	pool_free(p);
	for (int i = 0; i < 8; i++)
		undone += jobs[i].out != 0 && jobs[i].out != 4;
	ok(jobs[0].out == 4 && undone == 0,
	    "free waits for the job that runs and drops the rest");
	pool_free(NULL);
	ok(running == 0, "free of NULL is harmless; nothing runs");
}

int
main(void)
{
	order_under_delay();
	early_end();
	stress(1, 1);
	stress(1, 4);
	stress(2, 5);
	stress(MAX_THREADS, MAX_THREADS);
	stress(4, 64);
	return tap_done();
}
