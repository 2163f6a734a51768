/*
 * deflate: a stream of bytes deflated by several threads.
 *
 * The input is cut into blocks of DEFLATE_BLOCK bytes, each compressed on its
 * own with the last 32 KiB of the block before as dictionary (encoder.h), and
 * the pieces are joined into one raw deflate stream (RFC 1951).  The stream
 * depends on data and level only: not on threads, not on how the input came.
 *
 * Memory: depth × (block + dictionary + encoder_bound) + threads × encoder,
 * touched as it is needed: small inputs stay small.
 */
#ifndef FORMATS_DEFLATE_H
#define FORMATS_DEFLATE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

enum { DEFLATE_BLOCK = 1024 * 1024 };

struct deflate;

/* Where the bytes come from and go to; called by the thread that calls
 * deflate_stream. */
struct deflate_ends {
	/* > 0 bytes read, 0 the complete end, -1 with e */
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	/* 0 or -1 with e */
	int (*write)(void *to, const void *buf, size_t len, struct err *e);
	void *to;
};

struct deflate_sum {
	uint64_t in, out;	/* bytes */
	uint32_t crc;		/* CRC-32 of the input, as zip and gzip have it */
};

/*
 * level 0 … 9, or DEFLATE_ADAPT: each block gets the densest level at which
 * the workers keep up with the input, so that the stream depends on timing.
 * threads >= 1, depth > threads blocks held at most.
 */
enum { DEFLATE_ADAPT = -1 };

struct deflate *deflate_new(int level, unsigned threads, unsigned depth,
    struct err *e);
void deflate_free(struct deflate *d);

/* Peak bytes of memory for these figures. */
uint64_t deflate_memory(unsigned threads, unsigned depth);

/*
 * Reads to the end and writes one whole deflate stream.  Can be called again
 * for the next stream, also after a failure.  On -1 what was written is the
 * begin of a stream and nothing more.
 */
int deflate_stream(struct deflate *d, const struct deflate_ends *ends,
    struct deflate_sum *sum, struct err *e);

#endif
