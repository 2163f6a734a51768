/* memstream: a stream whose bytes go to an allocation that grows. */
#define _GNU_SOURCE	/* fopencookie */
#include "base/memstream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the first allocation: most texts are lines of some hundred. */
enum { FIRST_ROOM = 512 };

struct memstream {
	char **text;
	size_t *len;
	char *bytes;
	size_t size;
	size_t room;		/* allocated, more than size */
	bool failed;		/* some bytes are missing */
};

/* Makes room for len more bytes and a NUL. */
static bool
reserve(struct memstream *m, size_t len)
{
	size_t room = m->room == 0 ? FIRST_ROOM : m->room;
	char *bytes;

	if (len < m->room - m->size)
		return true;
	if (len > SIZE_MAX / 4 - m->size)
		return false;
	while (room - m->size <= len)
		room *= 2;
	bytes = realloc(m->bytes, room);
	if (bytes == NULL)
		return false;
	m->bytes = bytes;
	m->room = room;
	return true;
}

/* After a failure nothing more is taken, so that there is no gap. */
static ssize_t
take(void *cookie, const char *data, size_t len)
{
	struct memstream *m = cookie;

	m->failed = m->failed || !reserve(m, len);
	if (m->failed) {
		errno = ENOMEM;
		return 0;
	}
	memcpy(m->bytes + m->size, data, len);
	m->size += len;
	return (ssize_t)len;
}

static int
finish(void *cookie)
{
	struct memstream *m = cookie;
	bool good = !m->failed && reserve(m, 0);

	if (good) {
		m->bytes[m->size] = '\0';
		*m->text = m->bytes;
		*m->len = m->size;
	} else {
		free(m->bytes);
		errno = ENOMEM;
	}
	free(m);
	return good ? 0 : -1;
}

FILE *
memstream_open(char **text, size_t *len)
{
	const cookie_io_functions_t calls = { .write = take, .close = finish };
	struct memstream *m = calloc(1, sizeof *m);
	FILE *f;

	*text = NULL;
	*len = 0;
	if (m == NULL)
		return NULL;
	m->text = text;
	m->len = len;
	f = fopencookie(m, "w", calls);
	if (f == NULL)
		free(m);
	return f;
}
