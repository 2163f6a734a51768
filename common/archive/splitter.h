/*
 * splitter: one input cut into pieces at line breaks.
 *
 * Each piece has at most limit bytes.  As CSV (RFC 4180), a line break within
 * quotes is none, and the first record, the header, is repeated at the
 * beginning of every piece.  A line must fit into SPLITTER_LINE bytes.
 *
 * Memory: SPLITTER_LINE bytes, and the header.  One thread.
 */
#ifndef ARCHIVE_SPLITTER_H
#define ARCHIVE_SPLITTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/io.h"

/* Bytes: longer than lines of CSV are, and no more memory than a block of the
 * deflater.  Half of it would refuse some, twice would find few. */
enum { SPLITTER_LINE = 1024 * 1024 };

struct splitter {
	struct input *in;
	uint64_t limit;		/* bytes of a piece, its header included */
	bool csv;
	size_t longest;		/* bytes of a line: SPLITTER_LINE; a test may
				 * set less before the first piece */
	char *buf;		/* SPLITTER_LINE bytes */
	size_t at, ready, len;	/* given up to at; whole lines up to ready */
	size_t scanned;		/* for line breaks, up to here */
	bool quoted;		/* scanned is within quotes */
	bool given_quoted;	/* so is at */
	bool ended;
	uint64_t offset;	/* in the input, of buf[0] */
	char *header;		/* kept, once it is known */
	size_t header_len, header_at;
	uint64_t used;		/* bytes of this piece */
	bool empty;		/* no line of its own in it yet */
	unsigned pieces;
};

/* in must be open and outlive it; limit is at least 1.  0, or -1 with 70. */
int splitter_init(struct splitter *s, struct input *in, uint64_t limit,
    bool csv, struct err *e);
void splitter_free(struct splitter *s);	/* a zeroed one is fine */

/* Begins the next piece, after the one before was read to its end: 1, 0 if there
 * is none, or -1 with the errors of input_read, or 65 as below.  There always is
 * a first one, also of an empty input. */
int splitter_next(struct splitter *s, struct err *e);

/* Reads the piece; usable as a pack_entry.read.  -1 with the errors of
 * input_read, or 65 for a line that is longer than the limit or than
 * SPLITTER_LINE, with the byte of the input at which it begins. */
ssize_t splitter_read(void *s, void *buf, size_t len, struct err *e);

#endif
