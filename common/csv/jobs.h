/*
 * jobs: batches and slices become rows, in a pool's threads or at once, and are
 * written in the order of the input.
 *
 * A batch is what the driver's scan has found.  A slice is a block that a
 * worker walks itself, on a guess (speculation.h); when all before it is
 * written, the owner's settle() says what becomes of it: it writes the rows by
 * jobs_write, or walks the block and puts batches.  The driver is the one
 * thread that calls these functions; it owns a job between jobs_get and a put.
 * All that return int give 0, or -1 with e.
 */
#ifndef CSV_JOBS_H
#define CSV_JOBS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/pool.h"
#include "base/window.h"
#include "json/batch.h"
#include "csv/block_reader.h"
#include "csv/rows.h"
#include "json/scan_part.h"
#include "json/projection.h"
#include "csv/speculation.h"

struct job {
	struct job *next;	/* in a list */
	struct jobs *jobs;
	struct batch batch;	/* records on their way to rows */
	struct window rows;
	uint64_t n_rows;	/* that are in it */
	/* a batch: */
	uint64_t number;	/* in the order of submission, from 0 */
	size_t size;		/* of its batch, if that is large */
	int rc;
	struct err e;
	/* or a slice: */
	bool slice;
	bool good;		/* it was not given up */
	struct block block;	/* its bytes, if it has ever needed some */
	struct scan_part part;
};

struct queue {
	struct job *first, **last;
};

struct jobs {
	/* Set by the owner before the first call, and then only read. */
	struct output *out;	/* the driver writes; see outgrow in jobs.c */
	struct meter *meter;	/* the driver's */
	unsigned threads;	/* 1: all is done at once */
	size_t record;		/* bytes of a record's text, at most */
	bool limited;		/* there is a limit: */
	uint64_t rows_left;	/* so many may still be written.  It belongs to
				 * who writes; see outgrow in jobs.c */
	bool exact;		/* each record gives a row */
	const struct sizes *sizes;
	int (*settle)(void *ctx, struct job *j, struct err *e);
	void *ctx;

	/* Set by jobs_start, and then only read. */
	const struct table *table;
	struct rows **writers;	/* one for each worker, and the driver's */
	struct speculator **speculators; /* one for each worker; NULL: none */
	struct pool *pool;	/* NULL: one thread */

	/* The driver's alone; the owner may read the first two. */
	unsigned slices;	/* that are in work */
	bool lost;		/* rows could not be made or written */
	struct job *idle;	/* a stack */
	unsigned n_idle;
	size_t large;		/* bytes of large batches that are in work */
	uint64_t submitted;	/* batches */

	/* Under the lock: the driver writes, workers wait for their turn. */
	pthread_mutex_t lock;
	pthread_cond_t turn;	/* one of these has changed */
	uint64_t collected;	/* batches */
	bool stopped;		/* no more will be */
};

void queue_init(struct queue *q);
void enqueue(struct queue *q, struct job *j);
struct job *dequeue(struct queue *q);	/* NULL: it is empty */

void jobs_init(struct jobs *s);
void jobs_free(struct jobs *s);
void job_free(struct job *j);	/* NULL is fine */

/* The table is known, and outlives the jobs: starts the threads.  projection
 * is to be copied for slices; NULL: there will not be any.  0, or -1 with code
 * 70. */
int jobs_start(struct jobs *s, const struct table *t,
    const struct projection *projection, const struct scan_policy *policy,
    struct err *e);

/* Whether there are as many rows as there may be: then nothing more is needed,
 * and no failure after them counts. */
static inline bool
jobs_done(const struct jobs *s)
{
	return s->limited && s->rows_left == 0;
}

/* Whether slices may be put. */
static inline bool
jobs_slicing(const struct jobs *s)
{
	return s->speculators != NULL;
}

/* A job with an empty batch, which is full with one record as long as there is
 * no table.  NULL with code 70. */
struct job *jobs_get(struct jobs *s, struct err *e);

/* Takes back a job that is not put.  A few are kept for later, with what they
 * have allocated. */
void jobs_retire(struct jobs *s, struct job *j);

/*
 * Puts a job, which is gone then also after an error, and collects what is
 * done.  A batch that is put while slices are in work comes from settle, and
 * from before all of them in the input: it becomes rows at once.  -1: lost is
 * set, or settle has failed.
 */
int jobs_put_batch(struct jobs *s, struct job *j, struct err *e);
int jobs_put_slice(struct jobs *s, struct job *j, bool in_array,
    struct err *e);

/* For settle: writes the slice's rows. */
int jobs_write(struct jobs *s, struct job *j, struct err *e);

/* Writes the header's row; call it before any other row is written. */
int jobs_write_header(struct jobs *s, size_t memory, struct err *e);

/* Collects all that is in work; as the puts. */
int jobs_drain(struct jobs *s, struct err *e);

/* After an error: collects the batches in work, which come before it in the
 * input, and drops the slices.  0, or -1 with e: lost is set. */
int jobs_drop_slices(struct jobs *s, struct err *e);

#endif
