/*
 * block_reader: an input as blocks of text for the scanner.
 *
 * A byte order mark at the beginning is dropped.  A block never ends within a
 * character of UTF-8, unless the input does, and after it stand SCAN_SLACK
 * zero bytes.  What is not UTF-8 is found later, by who walks the block, or
 * replaced by U+FFFD, one for each longest beginning of a character, as the
 * Unicode Standard recommends.
 */
#ifndef CSV_BLOCK_READER_H
#define CSV_BLOCK_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/io.h"
#include "csv/boundary.h"

/* Bytes of a block at least, so that each takes in more than the character that
 * its end may cut (4 bytes), thrice that where bytes are replaced.  Tests use
 * it; programs take 256 KiB (sizes.c). */
enum { BLOCK_MIN = 16 };

struct block {
	char *room;		/* SCAN_TAIL bytes for the owner, then: */
	char *bytes;
	size_t len;
	bool cut;		/* it ends where records seem to, too */
};

struct block_reader {
	struct input *in;
	size_t size;		/* of a block */
	char *rest;		/* read already, and follows the last block */
	size_t n_rest;
	char *raw;		/* with replacement: what was read */
	bool begun;
	bool marked;		/* a byte order mark was dropped */
	bool ended;		/* nothing can be read any more */
	bool failed;		/* because of e */
	struct err e;
};

/* Allocates it, if that is not done yet: size is at least BLOCK_MIN.  0,
 * or -1 with code 70. */
int block_reserve(struct block *b, size_t size, struct err *e);
void block_free(struct block *b);	/* a zeroed or freed one is fine */

/* in must outlive the feed.  0, or -1 with code 70. */
int block_reader_init(struct block_reader *f, struct input *in, size_t size,
    bool replace, struct err *e);
void block_reader_free(struct block_reader *f); /* a zeroed one is fine */

/*
 * Fills a block of the feed's size with what comes next: all of it, if that can
 * be read without waiting, else what there is.  With a boundary, it ends at the
 * last place in it that looks like one (see boundary.h), if there is any.  0,
 * or -1 as input_read, once all that was read before is given out.
 */
int block_read(struct block_reader *f, struct block *b,
    const struct boundary *boundary, struct err *e);

/* Nothing follows the last block. */
bool block_reader_done(const struct block_reader *f);

#endif
