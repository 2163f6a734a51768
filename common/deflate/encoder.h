/*
 * encoder: one block of data becomes a piece of a raw deflate stream.
 *
 * The pieces of one stream, joined in order, are the stream: every piece but
 * the last ends on a byte boundary after an empty or stored deflate block
 * (a sync flush), the last one ends the stream.  RFC 1951; the piece refers
 * back into at most ENCODER_DICT bytes of data before its own.
 *
 *	level	0	stored deflate blocks
 *		1 … 3	ISA-L's levels 1 … 3
 *		4 … 9	libdeflate's levels 4 … 9
 *
 * libdeflate knows no dictionary and makes whole streams, which join.h opens.
 * Its version 1.14 can write Huffman codes that Windows Explorer refuses; such a
 * block is zlib's.  Noise is stored, and so is a block that does not get smaller.
 *
 * What libdeflate wrote is read back and compared with the data, since join.h
 * walks it anyway, and so is ISA-L's and zlib's where that is asked for: a piece
 * that would not come out as it went in is stored instead.
 *
 * A piece depends on nothing but data, dictionary, level and last (and on the
 * library's version and, for ISA-L, on the kind of CPU).
 */
#ifndef DEFLATE_ENCODER_H
#define DEFLATE_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

enum {
	ENCODER_DICT = 32 * 1024,	/* bytes: how far deflate refers back */
	ENCODER_MAX = 64 * 1024 * 1024,	/* bytes of the longest block */
	ENCODER_LEVELS = 10
};

struct encoder;		/* one thread's */

/*
 * Makes an encoder for pieces of n different levels, each from 0 to 9.  NULL
 * without memory, or when a number is not a level.
 */
struct encoder *encoder_new(const int *levels, size_t n);

/* Bytes that such an encoder takes. */
size_t encoder_memory(const int *levels, size_t n);
void encoder_free(struct encoder *c);

/* Bytes of output that encoder_piece needs room for, len <= ENCODER_MAX. */
size_t encoder_bound(size_t len);

/* What a piece is made of. */
struct encoder_block {
	const unsigned char *data;
	size_t len;		/* bytes of data, <= ENCODER_MAX */
	size_t dict;		/* bytes before data, 0 … ENCODER_DICT */
	bool last;		/* of its stream */
	bool check;		/* read back what any library wrote */
};

/* Encodes a block into out, which has room for encoder_bound(b->len).  Gives the
 * size; it cannot fail. */
size_t encoder_piece(struct encoder *c, int level,
    const struct encoder_block *b, unsigned char *out);

#endif
