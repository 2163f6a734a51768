/* zipbudget: how memzip divides its memory. */
#ifndef ARCHIVE_ZIPBUDGET_H
#define ARCHIVE_ZIPBUDGET_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Bytes: what a stage of a pipeline of 128 MiB may take.  The window is a part
 * of it, so that another default would give small archives another layout. */
#define ZIPBUDGET_DEFAULT (UINT64_C(24) << 20)

struct zipbudget {
	int level;		/* for deflate_new */
	unsigned threads;
	unsigned depth;		/* blocks in hand, for deflate_new */
	size_t window;		/* bytes: limits for zipwriter_init */
	size_t directory;
};

/*
 * memory: bytes, 0 for the default, which is raised for many threads.  The
 * window is a sixth of it whatever the threads, because archives that fit it
 * have another layout; the rest is blocks, two for each thread and one more,
 * or fewer if the memory is short.  64 with e when it is too short for the
 * threads: the text names the least that does.
 */
int zipbudget_divide(struct zipbudget *b, uint64_t memory, int level,
    unsigned threads, struct err *e);

/* Bytes that writing can take at most, for limit_memory: with a full directory
 * and the names of its entries, and what formats of libarchive need. */
uint64_t zipbudget_most(const struct zipbudget *b);

#endif
