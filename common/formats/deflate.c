/*
 * deflate: blocks go to a pool of encoders and come back in order.
 *
 * One driver thread reads and writes; the workers only compute.  A ring of
 * depth jobs is all the memory there is.  The driver
 *
 *	1. writes what is done already, without waiting,
 *	2. waits for the oldest job if the ring is full, and writes it,
 *	3. fills the next job with one block of input and puts it into the pool.
 *
 * With depth at 2 × threads + 1 every worker has a job in hand and another
 * one waiting while the driver sits in a read or a write, so neither stalls
 * the workers unless input or output is the slower side anyway.
 *
 * A job's input buffer begins with the dictionary: the last 32 KiB of the
 * block before, copied from the job that was filled last.  That job may be in
 * a worker's hands, which reads its input and writes elsewhere.
 *
 * A full block never is the last one: whether more comes is known only after
 * the next read, and waiting for it would hold a finished block back.  So a
 * block shorter than DEFLATE_BLOCK, possibly an empty one, ends the stream.
 */
#include "formats/deflate.h"

#include <isa-l/crc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/pool.h"
#include "formats/encoder.h"

/* What DEFLATE_ADAPT chooses from, fast to dense. */
static const int ladder[] = { 1, 4, 5, 6, 7, 9 };
enum { RUNGS = sizeof ladder / sizeof *ladder };

struct job {
	struct deflate *owner;
	unsigned char *buf;	/* dictionary, then the block */
	unsigned char *out;
	size_t dict, len, size;
	int level;
	uint32_t crc;
	bool last;
};

struct deflate {
	int level;			/* or DEFLATE_ADAPT */
	unsigned rung;			/* of the ladder, for DEFLATE_ADAPT */
	unsigned threads, depth;
	struct encoder **encoders;	/* one a thread */
	struct job *jobs;		/* depth of them, used in turn */
	unsigned char *slab;		/* all their buffers */
	struct job *filled;		/* the latest one of this stream */
	unsigned next;
	struct pool *pool;
	uLong crc_op;			/* appends a whole block's CRC */
};

static unsigned char *
job_data(const struct job *job)
{
	return job->buf + ENCODER_DICT;
}

static void
compress_job(void *arg, unsigned self)
{
	struct job *job = arg;

	job->crc = crc32_gzip_refl(0, job_data(job), job->len);
	job->size = encoder_piece(job->owner->encoders[self], job->level,
	    job_data(job), job->len, job->dict, job->last, job->out);
}

static bool
allocate_encoders(struct deflate *d)
{
	bool adapt = d->level == DEFLATE_ADAPT;

	d->encoders = calloc(d->threads, sizeof *d->encoders);
	for (unsigned i = 0; d->encoders != NULL && i < d->threads; i++) {
		d->encoders[i] = encoder_new(adapt ? ladder[0] : d->level,
		    adapt ? ladder[RUNGS - 1] : d->level);
		if (d->encoders[i] == NULL)
			return false;
	}
	return d->encoders != NULL;
}

static bool
allocate_jobs(struct deflate *d)
{
	const size_t in = ENCODER_DICT + DEFLATE_BLOCK;
	const size_t both = in + encoder_bound(DEFLATE_BLOCK);

	d->jobs = calloc(d->depth, sizeof *d->jobs);
	d->slab = malloc(both * d->depth);
	if (d->jobs == NULL || d->slab == NULL)
		return false;
	for (unsigned i = 0; i < d->depth; i++) {
		d->jobs[i].owner = d;
		d->jobs[i].buf = d->slab + both * i;
		d->jobs[i].out = d->jobs[i].buf + in;
	}
	return true;
}

struct deflate *
deflate_new(int level, unsigned threads, unsigned depth, struct err *e)
{
	struct deflate *d = calloc(1, sizeof *d);

	if (d != NULL) {
		d->level = level;
		d->rung = RUNGS / 2;
		d->threads = threads;
		d->depth = depth;
		d->crc_op = crc32_combine_gen(DEFLATE_BLOCK);
	}
	if (d == NULL || !allocate_encoders(d) || !allocate_jobs(d)) {
		err_set(e, EXIT_INTERNAL,
		    "cannot set up compression: out of memory for %u threads",
		    threads);
		deflate_free(d);
		return NULL;
	}
	d->pool = pool_new(threads, depth, compress_job, e);
	if (d->pool == NULL) {
		deflate_free(d);
		return NULL;
	}
	return d;
}

void
deflate_free(struct deflate *d)
{
	if (d == NULL)
		return;
	pool_free(d->pool);	/* first: workers use all the rest */
	for (unsigned i = 0; d->encoders != NULL && i < d->threads; i++)
		encoder_free(d->encoders[i]);
	free(d->slab);
	free(d->jobs);
	free(d->encoders);
	free(d);
}

uint64_t
deflate_memory(unsigned threads, unsigned depth)
{
	return (uint64_t)depth * (ENCODER_DICT + DEFLATE_BLOCK +
	    encoder_bound(DEFLATE_BLOCK)) + (uint64_t)threads * 448 * 1024;
}

static int
write_job(struct deflate *d, const struct job *job,
    const struct deflate_ends *ends, struct deflate_sum *sum, struct err *e)
{
	if (job->len == DEFLATE_BLOCK)
		sum->crc = (uint32_t)crc32_combine_op(sum->crc, job->crc,
		    d->crc_op);
	else
		sum->crc = (uint32_t)crc32_combine(sum->crc, job->crc,
		    (z_off_t)job->len);
	sum->in += job->len;
	sum->out += job->size;
	return ends->write(ends->to, job->out, job->size, e);
}

/*
 * The level of the next block.  When it has been filled, the pool shows who is
 * ahead: with no block waiting for a worker there is time to spend, with all
 * but the last slot taken the input has to wait.
 */
static int
next_level(struct deflate *d)
{
	unsigned held = pool_held(d->pool);

	if (d->level != DEFLATE_ADAPT)
		return d->level;
	if (held < d->threads && d->rung + 1 < RUNGS)
		d->rung++;
	else if (held + 1 >= d->depth && d->rung > 0)
		d->rung--;
	return ladder[d->rung];
}

/* Fills the job with the next block; a short one is the last. */
static int
fill_job(struct deflate *d, struct job *job, const struct deflate_ends *ends,
    struct err *e)
{
	ssize_t n = 1;

	job->len = job->dict = 0;
	if (d->filled != NULL) {	/* always a whole block */
		job->dict = ENCODER_DICT;
		memcpy(job->buf, job_data(d->filled) + DEFLATE_BLOCK -
		    ENCODER_DICT, ENCODER_DICT);
	}
	while (job->len < DEFLATE_BLOCK && n > 0) {
		n = ends->read(ends->from, job_data(job) + job->len,
		    DEFLATE_BLOCK - job->len, e);
		if (n < 0)
			return -1;
		job->len += (size_t)n;
	}
	job->last = job->len < DEFLATE_BLOCK;
	job->level = next_level(d);
	d->filled = job;
	return 0;
}

static int
run(struct deflate *d, const struct deflate_ends *ends,
    struct deflate_sum *sum, struct err *e)
{
	struct job *job, *done;

	do {
		while ((done = pool_full(d->pool) ? pool_take(d->pool) :
		    pool_poll(d->pool)) != NULL)
			if (write_job(d, done, ends, sum, e) != 0)
				return -1;
		job = &d->jobs[d->next];
		if (fill_job(d, job, ends, e) != 0)
			return -1;
		pool_put(d->pool, job);
		d->next = (d->next + 1) % d->depth;
	} while (!job->last);
	while ((done = pool_take(d->pool)) != NULL)
		if (write_job(d, done, ends, sum, e) != 0)
			return -1;
	return 0;
}

int
deflate_stream(struct deflate *d, const struct deflate_ends *ends,
    struct deflate_sum *sum, struct err *e)
{
	int rc;

	*sum = (struct deflate_sum){ 0 };
	d->filled = NULL;
	rc = run(d, ends, sum, e);
	while (pool_take(d->pool) != NULL)	/* after a failure */
		;
	return rc;
}
