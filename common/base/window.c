/* window: a bounded, reusable memory stream over open_memstream(3). */
#define _GNU_SOURCE	/* fwrite_unlocked, fflush_unlocked */
#include "base/window.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4096 };

/*
 * Seeking is how a memory stream is given an allocation of just the size we
 * want: writing past its end would make it double without regard to a limit.
 */
static int
grow(struct window *w, size_t room)
{
	if (room > w->limit)
		room = w->limit;
	if (fseeko(w->stream, (off_t)room, SEEK_SET) != 0)
		return -1;
	if (fseeko(w->stream, (off_t)w->size, SEEK_SET) != 0)
		return -1;
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
	w->stream = open_memstream(&w->bytes, &w->flushed);
	if (w->stream == NULL)
		return -1;
	if (grow(w, FIRST_ROOM) != 0) {
		window_free(w);
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void
window_free(struct window *w)
{
	if (w->stream != NULL)
		fclose(w->stream);	/* memory only: nothing to lose */
	free(w->bytes);
	*w = (struct window){ 0 };
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
		room = room > w->limit / 2 ? w->limit : room * 2;
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
	return w->bytes;
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
