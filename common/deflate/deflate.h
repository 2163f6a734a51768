/*
 * deflate: a stream of bytes deflated by several threads.
 *
 * The input is cut into blocks of DEFLATE_BLOCK bytes, each compressed on its
 * own, at levels 1 to 3 with the last 32 KiB of the block before as dictionary
 * (encoder.h), and the pieces are joined into one raw deflate stream (RFC
 * 1951).  The stream depends on data and level only: not on threads, not on how
 * the input came.
 *
 * Memory: depth × (block + dictionary + encoder_bound) + threads × encoder,
 * touched as it is needed, by 2 MiB at a time: small inputs stay small.
 */
#ifndef DEFLATE_DEFLATE_H
#define DEFLATE_DEFLATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

enum { DEFLATE_BLOCK = 1024 * 1024 };

struct deflate;

struct deflate_sum {
	uint64_t in, out;	/* bytes */
	uint32_t crc;		/* CRC-32 of the input, as zip and gzip have it */
};

/* Where a stream comes from and goes to; called by the thread that calls the
 * functions below. */
struct deflate_ends {
	/* > 0 bytes read, 0 the complete end, -1 with e; for deflate_stream */
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	/* 0 or -1 with e; at least once for a stream */
	int (*write)(void *to, const void *buf, size_t len, struct err *e);
	/* all of it has been written: 0 or -1 with e; NULL: is not called */
	int (*end)(void *to, const struct deflate_sum *sum, struct err *e);
	void *to;
};

/*
 * level 0 … 9; DEFLATE_DEFAULT, which is 7: smaller than zlib's level 6 on all
 * kinds of data that were tried, where libdeflate's level 6 is up to 7 % larger;
 * or DEFLATE_ADAPT: each block gets the densest level at which the workers keep
 * up with the input, so that the stream depends on timing.
 * threads >= 1, depth > threads blocks held at most.
 */
enum { DEFLATE_ADAPT = -1, DEFLATE_DEFAULT = -2 };

struct deflate *deflate_new(int level, unsigned threads, unsigned depth,
    struct err *e);
void deflate_free(struct deflate *d);

/*
 * Are the blocks that come from now on to be checked by their workers, that what
 * was written for each stands for its data?  What libdeflate writes is checked
 * in any case.  At first: no.
 */
void deflate_check(struct deflate *d, bool check);

/* Peak bytes of memory for these figures. */
uint64_t deflate_memory(int level, unsigned threads, unsigned depth);

/*
 * Reads one stream to its end and puts it into the threads' hands.  It is
 * written, after those before it, by this call or a later one: ends->to must
 * be there until ends->end was called, or deflate_drain.  So many short
 * streams are compressed side by side.
 */
int deflate_stream(struct deflate *d, const struct deflate_ends *ends,
    struct err *e);

/* The same in steps, for data that comes by itself. */
void deflate_begin(struct deflate *d, const struct deflate_ends *ends);
int deflate_push(struct deflate *d, const void *buf, size_t len,
    struct err *e);
int deflate_end(struct deflate *d, struct err *e);

/* Waits for all that was put in, and writes it. */
int deflate_drain(struct deflate *d, struct err *e);

/*
 * When any of these functions returns -1, what was written is the beginning of
 * a stream and nothing more, and all data that it still held is dropped.
 * After that a new stream can begin.
 */

#endif
