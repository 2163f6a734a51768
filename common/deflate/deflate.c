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
 * Jobs of several streams stand in the ring one after the other, so the last
 * blocks of one and the first of the next are compressed at the same time.
 *
 * A job's input buffer begins with the dictionary: the last 32 KiB of the
 * block before, copied from the job that was filled last.  That job may be in
 * a worker's hands, which reads its input and writes elsewhere.
 *
 * A full block never is the last one: whether more comes is known only after
 * the next read, and waiting for it would hold a finished block back.  So a
 * block shorter than DEFLATE_BLOCK, possibly an empty one, ends the stream.
 */
#define _DEFAULT_SOURCE	/* madvise */
#include "deflate/deflate.h"

#include <isa-l/crc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "base/pool.h"
#include "deflate/encoder.h"

/* What DEFLATE_ADAPT chooses from, fast to dense. */
static const int ladder[] = { 1, 3, 5, 7 };
enum {
	RUNGS = sizeof ladder / sizeof *ladder,
	DEFAULT = 7,		/* see deflate.h */
	HUGE_PAGE = 2 << 20	/* bytes, on x86-64 and most of arm64 */
};

struct job {
	struct deflate *owner;
	struct deflate_ends ends;	/* of its stream */
	unsigned char *buf;	/* dictionary, then the block */
	unsigned char *out;
	size_t dict, len, size;
	int level;
	uint32_t crc;
	bool last, check;
};

struct deflate {
	int level;			/* or DEFLATE_ADAPT, never _DEFAULT */
	unsigned rung;			/* of the ladder, for DEFLATE_ADAPT */
	unsigned threads, depth;
	struct encoder **encoders;	/* one a thread */
	struct job *jobs;		/* depth of them, used in turn */
	unsigned char *slab;		/* all their buffers */
	struct deflate_ends ends;	/* of the stream that is read */
	bool check;			/* the jobs that are put */
	struct job *filled;		/* the latest one of this stream */
	struct job *open;		/* takes what is pushed */
	unsigned next;
	struct deflate_sum sum;		/* of the stream that is written */
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
	const struct encoder_block block = { .data = job_data(job),
		.len = job->len, .dict = job->dict, .last = job->last,
		.check = job->check };

	job->crc = crc32_gzip_refl(0, job_data(job), job->len);
	job->size = encoder_piece(job->owner->encoders[self], job->level,
	    &block, job->out);
}

static bool
allocate_encoders(struct deflate *d)
{
	bool adapt = d->level == DEFLATE_ADAPT;

	d->encoders = calloc(d->threads, sizeof *d->encoders);
	for (unsigned i = 0; d->encoders != NULL && i < d->threads; i++) {
		d->encoders[i] = encoder_new(adapt ? ladder : &d->level,
		    adapt ? RUNGS : 1);
		if (d->encoders[i] == NULL)
			return false;
	}
	return d->encoders != NULL;
}

/* Every byte of the slab is written and read again for each round of blocks: in
 * huge pages, where the system has them, that takes a tenth less time.  Those
 * that the slab does not fill stay small ones. */
static unsigned char *
allocate_slab(size_t size)
{
	void *slab;

	if (posix_memalign(&slab, HUGE_PAGE, size) != 0)
		return NULL;
#ifdef MADV_HUGEPAGE
	if (madvise(slab, size & ~(size_t)(HUGE_PAGE - 1), MADV_HUGEPAGE) != 0)
		return slab;			/* small ones do, too */
#endif
	return slab;
}

static bool
allocate_jobs(struct deflate *d)
{
	const size_t in = ENCODER_DICT + DEFLATE_BLOCK;
	const size_t both = in + encoder_bound(DEFLATE_BLOCK);

	d->jobs = calloc(d->depth, sizeof *d->jobs);
	d->slab = allocate_slab(both * d->depth);
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
		d->level = level == DEFLATE_DEFAULT ? DEFAULT : level;
		d->rung = RUNGS / 2;
		d->threads = threads;
		d->depth = depth;
		d->crc_op = crc32_combine_gen(DEFLATE_BLOCK);
	}
	if (d == NULL || !allocate_encoders(d) || !allocate_jobs(d)) {
		err_memory(e);
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

void
deflate_check(struct deflate *d, bool check)
{
	d->check = check;
}

uint64_t
deflate_memory(int level, unsigned threads, unsigned depth)
{
	const int plain = level == DEFLATE_DEFAULT ? DEFAULT : level;
	uint64_t encoder = level == DEFLATE_ADAPT ?
	    encoder_memory(ladder, RUNGS) : encoder_memory(&plain, 1);

	return (uint64_t)depth * (ENCODER_DICT + DEFLATE_BLOCK +
	    encoder_bound(DEFLATE_BLOCK)) + threads * encoder;
}

static int
write_job(struct deflate *d, const struct job *job, struct err *e)
{
	struct deflate_sum *sum = &d->sum, whole;

	if (job->len == DEFLATE_BLOCK)
		sum->crc = (uint32_t)crc32_combine_op(sum->crc, job->crc,
		    d->crc_op);
	else
		sum->crc = (uint32_t)crc32_combine(sum->crc, job->crc,
		    (z_off_t)job->len);
	sum->in += job->len;
	sum->out += job->size;
	if (job->ends.write(job->ends.to, job->out, job->size, e) != 0)
		return -1;
	if (!job->last)
		return 0;
	whole = *sum;
	*sum = (struct deflate_sum){ 0 };
	return job->ends.end == NULL ? 0 :
	    job->ends.end(job->ends.to, &whole, e);
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

/* After a failure: drops all that is in hand. */
static int
drop(struct deflate *d)
{
	while (pool_take(d->pool) != NULL)
		;
	d->sum = (struct deflate_sum){ 0 };
	d->open = d->filled = NULL;
	return -1;
}

/* A free job for the next block, with its dictionary; to have one, results are
 * written, and all that are there already.  NULL with e. */
static struct job *
open_job(struct deflate *d, struct err *e)
{
	struct job *job, *done;

	while ((done = pool_full(d->pool) ? pool_take(d->pool) :
	    pool_poll(d->pool)) != NULL)
		if (write_job(d, done, e) != 0)
			return NULL;
	job = &d->jobs[d->next];
	d->next = (d->next + 1) % d->depth;
	job->ends = d->ends;
	job->len = job->dict = 0;
	if (d->filled != NULL) {	/* always a whole block */
		job->dict = ENCODER_DICT;
		memcpy(job->buf, job_data(d->filled) + DEFLATE_BLOCK -
		    ENCODER_DICT, ENCODER_DICT);
	}
	return job;
}

/* A short block is the last. */
static void
put_job(struct deflate *d, struct job *job)
{
	job->last = job->len < DEFLATE_BLOCK;
	job->level = next_level(d);
	job->check = d->check;
	d->filled = job;
	pool_put(d->pool, job);
}

static int
fill_job(struct job *job, struct err *e)
{
	const struct deflate_ends *ends = &job->ends;
	ssize_t n = 1;

	while (job->len < DEFLATE_BLOCK && n > 0) {
		n = ends->read(ends->from, job_data(job) + job->len,
		    DEFLATE_BLOCK - job->len, e);
		if (n < 0)
			return -1;
		job->len += (size_t)n;
	}
	return 0;
}

int
deflate_stream(struct deflate *d, const struct deflate_ends *ends,
    struct err *e)
{
	struct job *job;

	deflate_begin(d, ends);
	do {
		job = open_job(d, e);
		if (job == NULL || fill_job(job, e) != 0)
			return drop(d);
		put_job(d, job);
	} while (!job->last);
	return 0;
}

void
deflate_begin(struct deflate *d, const struct deflate_ends *ends)
{
	d->ends = *ends;
	d->filled = d->open = NULL;
}

int
deflate_push(struct deflate *d, const void *buf, size_t len, struct err *e)
{
	const unsigned char *from = buf;

	while (len > 0) {
		struct job *job = d->open != NULL ? d->open : open_job(d, e);
		size_t n;

		if (job == NULL)
			return drop(d);
		n = DEFLATE_BLOCK - job->len;
		n = n < len ? n : len;
		memcpy(job_data(job) + job->len, from, n);
		job->len += n;
		from += n;
		len -= n;
		d->open = job->len < DEFLATE_BLOCK ? job : NULL;
		if (d->open == NULL)
			put_job(d, job);
	}
	return 0;
}

int
deflate_end(struct deflate *d, struct err *e)
{
	struct job *job = d->open != NULL ? d->open : open_job(d, e);

	if (job == NULL)
		return drop(d);
	d->open = NULL;
	put_job(d, job);
	return 0;
}

int
deflate_drain(struct deflate *d, struct err *e)
{
	struct job *done;

	while ((done = pool_take(d->pool)) != NULL)
		if (write_job(d, done, e) != 0)
			return drop(d);
	return 0;
}
