/* window: a bounded, reusable memory stream over open_memstream(3), or, where it
 * is large, over fmemopen(3). */
#define _GNU_SOURCE	/* fwrite_unlocked, fflush_unlocked, madvise */
#include "base/window.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Bytes of a window's first allocation: a page.  What is written into a new
 * window is nearly always more, so fewer would only add reallocations. */
enum { FIRST_ROOM = 4096 };

/* Bytes: from here on a room is memory of our own.  A huge page of x86-64 and
 * arm64 (with pages of 4 KiB), so that there is one at least. */
enum { LARGE = 2 << 20 };

/*
 * Opens a stream whose allocation is room and little more.  Seeking in an empty
 * memory stream is how its size is set: left alone it doubles without regard
 * to any limit.  (In one that holds data, glibc's seek may lose some.)  But
 * what a seek adds is not given to the put area, and every byte there would
 * take a call of its own: so it goes half the way, and a few bytes written
 * past that end make glibc double the rest, put area included.
 */
static FILE *
open_growing(struct window_cell *cell, size_t room)
{
	static const char past_end[101];	/* a seek adds 100 */
	size_t half = room / 2 > BUFSIZ ? room / 2 : BUFSIZ;
	FILE *f = open_memstream(&cell->bytes, &cell->flushed);

	if (f == NULL)
		return NULL;
	if (room > BUFSIZ && (fseeko(f, (off_t)half, SEEK_SET) != 0 ||
	    fwrite_unlocked(past_end, sizeof past_end, 1, f) != 1)) {
		fclose(f);
		free(cell->bytes);
		return NULL;
	}
	rewind(f);
	return f;
}

/*
 * Opens a stream in memory that nobody touches before it is written, and then in
 * huge pages where the system has them: glibc's own would be cleared, doubled
 * and copied page by page first, which takes longer than sending a small part.
 */
static FILE *
open_large(struct window_cell *cell, size_t room)
{
	void *bytes;
	FILE *f;

	/* fmemopen writes a NUL after the last byte. */
	if (posix_memalign(&bytes, LARGE, room + 1) != 0)
		return NULL;
	/* Small pages do, too: whether there are huge ones does not matter. */
	(void)madvise(bytes, room & ~(size_t)(LARGE - 1), MADV_HUGEPAGE);
	if ((f = fmemopen(bytes, room + 1, "w")) == NULL)
		free(bytes);
	else
		cell->bytes = bytes;
	return f;
}

static FILE *
open_stream(struct window_cell *cell, size_t room)
{
	return room < LARGE ? open_growing(cell, room) :
	    open_large(cell, room);
}

/* Moves to a larger stream; on failure the old one stays as it was. */
static int
grow(struct window *w, size_t room)
{
	struct window_cell *next = w->cell == w->cells ? w->cells + 1 : w->cells;
	FILE *f = open_stream(next, room);

	if (f == NULL)
		return -1;
	if (fwrite_unlocked(window_bytes(w), 1, w->size, f) != w->size) {
		fclose(f);
		free(next->bytes);
		return -1;
	}
	fclose(w->stream);	/* memory only: nothing to lose */
	free(w->cell->bytes);
	w->stream = f;
	w->cell = next;
	w->room = room;
	return 0;
}

int
window_init(struct window *w, size_t limit)
{
	*w = (struct window){ 0 };
	if (limit == 0 || limit > SSIZE_MAX - FIRST_ROOM) {
		errno = EINVAL;
		return -1;
	}
	w->limit = limit;
	w->room = limit < FIRST_ROOM ? limit : FIRST_ROOM;
	w->cell = w->cells;
	w->stream = open_stream(w->cell, w->room);
	if (w->stream == NULL) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void
window_free(struct window *w)
{
	if (w->stream != NULL) {
		fclose(w->stream);
		free(w->cell->bytes);
	}
	*w = (struct window){ 0 };
}

/* The next larger room.  Half the limit is one of the steps, so that the last
 * two, which stand side by side for a moment, are 1.5 times the limit. */
static size_t
larger(const struct window *w, size_t room)
{
	size_t half = w->limit / 2;

	if (room >= half)
		return w->limit;
	return room > half / 2 ? half : room * 2;
}

int
window_reserve(struct window *w, size_t len)
{
	size_t room = w->room;

	if (len > w->limit - w->size) {
		errno = ENOSPC;
		return -1;
	}
	if (len <= room - w->size)
		return 0;
	while (room - w->size < len)
		room = larger(w, room);
	if (grow(w, room) != 0) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

int
window_write(struct window *w, const void *data, size_t len)
{
	if (window_reserve(w, len) != 0)
		return -1;
	if (fwrite_unlocked(data, 1, len, w->stream) != len) {
		errno = ENOMEM;
		return -1;
	}
	w->size += len;
	return 0;
}

int
window_patch(struct window *w, size_t offset, const void *data, size_t len)
{
	if (offset > w->size || len > w->size - offset) {
		errno = EINVAL;
		return -1;
	}
	if (fseeko(w->stream, (off_t)offset, SEEK_SET) != 0 ||
	    fwrite_unlocked(data, 1, len, w->stream) != len ||
	    fseeko(w->stream, (off_t)w->size, SEEK_SET) != 0)
		return -1;
	return 0;
}

void
window_rewind(struct window *w)
{
	rewind(w->stream);
	w->size = 0;
}

const char *
window_bytes(struct window *w)
{
	/* Cannot fail: the room is there, and a flush only publishes it. */
	fflush_unlocked(w->stream);
	return w->cell->bytes;
}

size_t
window_size(const struct window *w)
{
	return w->size;
}

size_t
window_limit(const struct window *w)
{
	return w->limit;
}

FILE *
window_reader(struct window *w)
{
	return fmemopen((void *)(uintptr_t)window_bytes(w), w->size, "r");
}
