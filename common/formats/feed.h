/*
 * feed: an input as pieces of well-formed UTF-8 for the scanner.
 *
 * A byte order mark at the beginning is dropped.  A piece ends before a
 * character that is not all there yet, and behind it stand zero bytes.  What
 * is not UTF-8 ends the feed, or is replaced by U+FFFD, one for each longest
 * beginning of a character, as the Unicode Standard recommends.
 */
#ifndef FORMATS_FEED_H
#define FORMATS_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/io.h"

struct feed {
	struct input *in;
	char *bytes;		/* the piece; its first len bytes are checked */
	size_t len;
	char *raw;		/* with replacement: what was read */
	char cut[4];		/* what came of the character behind the piece */
	size_t n_cut;
	bool bad;		/* a character that is not UTF-8 begins at len */
	bool ended;		/* nothing comes behind the piece */
	bool begun;
	bool marked;		/* a byte order mark was dropped */
};

/* in must outlive the feed.  0, or -1 with code 70. */
int feed_init(struct feed *f, struct input *in, bool replace, struct err *e);
void feed_free(struct feed *f);	/* a zeroed or freed one is fine */

/*
 * Drops the first used bytes of the piece and reads more behind the others;
 * at a bad character or the end it reads no further.  0, or -1 as input_read.
 */
int feed_next(struct feed *f, size_t used, struct err *e);

#endif
