/*
 * zipdirectory: a zip archive's central directory while it is collected.
 *
 * It is kept in windows of 1 MiB, one after the other: none is ever copied, so
 * that it takes its size, what a record leaves of the window before it, and up
 * to 2 MiB while a window grows.  One thread.
 */
#ifndef ARCHIVE_ZIPDIRECTORY_H
#define ARCHIVE_ZIPDIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/window.h"

struct zipdirectory {
	struct window **windows;	/* each on its own: it must not move */
	unsigned n, room;
	uint64_t size;			/* bytes in all */
	uint64_t limit;
};

/* At most limit bytes.  Nothing is allocated yet. */
void zipdirectory_init(struct zipdirectory *d, uint64_t limit);
void zipdirectory_free(struct zipdirectory *d);	/* a zeroed one is fine */

/* Appends a record, of at most ZIP_CENTRAL_MAX bytes: 0, or -1 with errno ENOSPC
 * (past the limit) or ENOMEM. */
int zipdirectory_add(struct zipdirectory *d, const void *record, size_t len);

/* The i-th window's bytes, *len of them, in order; NULL after the last. */
const char *zipdirectory_bytes(struct zipdirectory *d, unsigned i,
    size_t *len);

#endif
