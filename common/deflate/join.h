/*
 * join: finds where a raw deflate stream could go on, and lets it go on.
 *
 * A compressor that makes whole streams (libdeflate) marks its last block as
 * the final one.  To put another stream after it, that mark is cleared, and an
 * empty stored block fills the last byte, as a sync flush of zlib does.  The
 * mark is a bit of the last block's header, and only a walk over all symbols
 * finds that block's place.  The walk copies nothing: it takes a few per cent of
 * the time of compressing, and checks the stream on its way.
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

/* What a walk has found.  Places are in bits from the stream's first byte. */
struct join {
	uint64_t bytes;		/* of data that the stream stands for */
	uint64_t header;	/* where the last block's header begins */
	uint64_t end;		/* where the last block ends */
	bool incomplete;	/* a dynamic block has a Huffman code that leaves
				 * bit patterns unused, as RFC 1951 allows for a
				 * single distance; Windows Explorer refuses it */
};

/*
 * Walks the stream in in[0 … len), whose first dict bytes of data before it may
 * be referred to.  0, or -1 for what zlib's inflate would refuse, and for a
 * stream that has no end; bytes after the end are not looked at.
 */
int join_walk(struct join *j, const unsigned char *in, size_t len, size_t dict);

/*
 * Makes the stream that was walked end on the border of a byte and be open for
 * another to follow it.  Gives its new length, at most JOIN_ROOM above that of
 * before.
 */
size_t join_open(const struct join *j, unsigned char *stream);

#endif
