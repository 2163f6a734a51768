/*
 * join: reads a raw deflate stream back against the data that it must stand for,
 * and lets a stream go on where it would end.
 *
 * A compressor that makes whole streams (libdeflate) marks its last block as
 * the final one.  To put another stream after it, that mark is cleared, and an
 * empty stored block fills the last byte, as a sync flush of zlib does.  The
 * mark is a bit of the last block's header, and only a walk over all symbols
 * finds that block's place.
 *
 * The walk inflates without writing: each literal is compared with the data, and
 * each match with what stands as far back in the data, which is the same as what
 * a reader would copy, since all before it has been compared already.  So it
 * needs no memory, and what it accepts comes out of any reader as it went in.
 *
 * Source: RFC 1951.  Pure; any thread.
 */
#ifndef DEFLATE_JOIN_H
#define DEFLATE_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JOIN_SLACK = 8,	/* readable bytes after the stream, of any value */
	JOIN_ROOM = 5	/* bytes by which join_open may lengthen a stream */
};

/* What a stream must stand for. */
struct join_data {
	const unsigned char *bytes;
	size_t len;
	size_t dict;	/* bytes before them that may be referred to as well */
};

/* What a walk has found.  Places are in bits from the stream's first byte. */
struct join {
	uint64_t header;	/* where the last block's header begins */
	uint64_t end;		/* where the last block ends */
	bool final;		/* the last block is marked as the final one; else
				 * the stream ends with it, but could go on */
	bool incomplete;	/* a dynamic block has a Huffman code that leaves
				 * bit patterns unused, as RFC 1951 allows for a
				 * single distance; Windows Explorer refuses it */
};

/*
 * Walks the stream in in[0 … len), to its final block, after which no byte is
 * looked at, or to its end, which must be that of a block.  0 if it stands for
 * just the data; -1 for other data, and for all that zlib's inflate refuses.
 */
int join_walk(struct join *j, const unsigned char *in, size_t len,
    const struct join_data *data);

/*
 * Makes the stream that was walked, whose last block is final, end on the border
 * of a byte and be open for another to follow it.  Gives its new length, at most
 * JOIN_ROOM above that of before.
 */
size_t join_open(const struct join *j, unsigned char *stream);

#endif
