/* zipdirectory: windows in a row. */
#include "archive/zipdirectory.h"

#include <errno.h>
#include <stdlib.h>

enum {
	WINDOW = 1 << 20,	/* bytes: a record of 64 KiB wastes little of it */
	FIRST_ROOM = 16		/* windows */
};

void
zipdirectory_init(struct zipdirectory *d, uint64_t limit)
{
	*d = (struct zipdirectory){ .limit = limit };
}

void
zipdirectory_free(struct zipdirectory *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		window_free(d->windows[i]);
		free(d->windows[i]);
	}
	free(d->windows);
	*d = (struct zipdirectory){ 0 };
}

static int
add_window(struct zipdirectory *d)
{
	unsigned room = d->room == 0 ? FIRST_ROOM : d->room * 2;
	struct window **more;

	if (d->n == d->room) {
		more = realloc(d->windows, room * sizeof *more);
		if (more == NULL)
			return -1;
		d->windows = more;
		d->room = room;
	}
	d->windows[d->n] = malloc(sizeof **d->windows);
	if (d->windows[d->n] == NULL)
		return -1;
	if (window_init(d->windows[d->n], WINDOW) != 0) {
		free(d->windows[d->n]);
		return -1;
	}
	d->n++;
	return 0;
}

int
zipdirectory_add(struct zipdirectory *d, const void *record, size_t len)
{
	if (len > d->limit || d->size > d->limit - len) {
		errno = ENOSPC;
		return -1;
	}
	if ((d->n == 0 || window_write(d->windows[d->n - 1], record, len) !=
	    0) && (add_window(d) != 0 || window_write(d->windows[d->n - 1],
	    record, len) != 0)) {
		errno = ENOMEM;
		return -1;
	}
	d->size += len;
	return 0;
}

const char *
zipdirectory_bytes(struct zipdirectory *d, unsigned i, size_t *len)
{
	if (i >= d->n)
		return NULL;
	*len = window_size(d->windows[i]);
	return window_bytes(d->windows[i]);
}
