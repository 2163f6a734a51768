/*
 * window: a memory stream with a hard limit, the unit of all or nothing.
 *
 * It is written through open_memstream(3), or fmemopen(3) from 2 MiB on, read or
 * re-read through fmemopen(3), rewound and used again; rewinding keeps the
 * allocation.  A large one takes memory only as it is written.
 * Writing past the limit is an error value and changes nothing.  Memory grows
 * by doubling up to the limit; while it grows, the old and the new allocation
 * exist side by side, which together take at most 1.5 times the limit.
 *
 * One thread owns a window at a time; its callers see to handing it over.  The
 * stream points into the struct, so the struct must not be moved.
 */
#ifndef BASE_WINDOW_H
#define BASE_WINDOW_H

#include <stdio.h>
#include <sys/types.h>

struct window {
	FILE *stream;
	struct window_cell {
		char *bytes;	/* valid after a flush */
		size_t flushed;	/* kept by open_memstream */
	} cells[2], *cell;	/* one is in use; both while growing */
	size_t size;		/* bytes in the window */
	size_t room;		/* bytes allocated for data */
	size_t limit;
};

/* An empty window that will hold at most limit bytes (limit > 0, below
 * SSIZE_MAX).  0, or -1 with errno. */
int window_init(struct window *w, size_t limit);
void window_free(struct window *w);	/* a zeroed or freed one is fine */

/*
 * Appends len bytes.  0, or -1 with errno ENOSPC (they would exceed the limit)
 * or ENOMEM; then none of the bytes is in the window.
 */
int window_write(struct window *w, const void *data, size_t len);

/* Makes room for len more bytes now, so that writes of them cannot fail. */
int window_reserve(struct window *w, size_t len);

/* Overwrites len bytes at offset; both must lie inside what was written (a
 * size that goes back into a header).  -1 with errno EINVAL otherwise. */
int window_patch(struct window *w, size_t offset, const void *data,
    size_t len);

/* Empties it, keeping the allocation. */
void window_rewind(struct window *w);

/* The window's bytes (window_size of them, without a NUL), valid until the next
 * write or free. */
const char *window_bytes(struct window *w);
size_t window_size(const struct window *w);
size_t window_limit(const struct window *w);

/* A new reading stream over the bytes, from the first; the caller closes it
 * before the window changes.  NULL with errno.  An empty window reads as end
 * of file. */
FILE *window_reader(struct window *w);

#endif
