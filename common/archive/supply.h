/*
 * supply: the bytes of an archive for a reader that needs to look some way
 * ahead of its place, and, where the archive is a file or in memory, to go
 * anywhere.
 *
 * Of the bytes that were passed, the last ones are kept, as many as zipend_find
 * wants.
 */
#ifndef ARCHIVE_SUPPLY_H
#define ARCHIVE_SUPPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

/* Where the bytes come from: from the place at on, or, in a stream, the next
 * ones, whatever at is.  > 0 bytes, 0 the (complete) end, -1 with e. */
typedef ssize_t supply_read(void *from, uint64_t at, void *buf, size_t len,
    struct err *e);

struct supply {
	supply_read *read;
	void *from;
	unsigned char *buf;
	size_t begin, end;	/* in buf: what is ahead */
	size_t passed;		/* bytes in front of begin that are the archive's */
	uint64_t at;		/* the place of begin */
	bool ended;		/* nothing follows end */
};

/* Bytes that can be wanted at once: the longest record of a zip archive, a
 * fixed part and three fields of 65535 bytes. */
enum { SUPPLY_AHEAD = 46 + 3 * 65535 };

int supply_init(struct supply *s, supply_read *read, void *from,
    struct err *e);
void supply_free(struct supply *s);	/* a zeroed one is fine */

/* Makes want bytes ready if there are so many: the number of those that are, or
 * -1.  They may move. */
ssize_t supply_want(struct supply *s, size_t want, struct err *e);

static inline const unsigned char *
supply_bytes(const struct supply *s)
{
	return s->buf + s->begin;
}

/* Goes on by len bytes, all of them ready. */
void supply_pass(struct supply *s, size_t len);

/* Goes to any place; not in a stream. */
void supply_seek(struct supply *s, uint64_t at);

/* Reads to the end: the number of last bytes at *tail, for zipend_find. */
ssize_t supply_drain(struct supply *s, const unsigned char **tail,
    struct err *e);

#endif
