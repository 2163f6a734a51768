/*
 * buffer: plain bytes that grow by doubling up to a limit, for text that is
 * built byte by byte.  (A window is for whole units; see base/window.h.)
 *
 * The BUFFER_SLACK bytes after the reserved room may always be overwritten, so
 * that short copies can be done in blocks.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <string.h>

/* Bytes.  csv.c writes whole blocks of 16 bytes, and asserts that one fits. */
enum { BUFFER_SLACK = 64 };

struct buffer {
	char *bytes;
	size_t size;
	size_t room;	/* allocated, without the slack */
	size_t limit;
};

/* An empty buffer without an allocation; it will hold at most limit bytes. */
void buffer_init(struct buffer *b, size_t limit);
void buffer_free(struct buffer *b);	/* a zeroed or freed one is fine */

/* Empties the buffer, and frees its allocation if that is larger than most
 * bytes. */
void buffer_trim(struct buffer *b, size_t most);

/* Allocates room for len more bytes.  0, or -1 with errno ENOSPC (that would
 * exceed the limit) or ENOMEM; then the buffer is as it was. */
int buffer_grow(struct buffer *b, size_t len);

/* Makes room for len more bytes, after which b->bytes is not NULL.  Returns
 * what buffer_grow returns. */
static inline int
buffer_reserve(struct buffer *b, size_t len)
{
	return len < b->room - b->size ? 0 : buffer_grow(b, len);
}

/* Appends len bytes.  Returns what buffer_grow returns. */
static inline int
buffer_add(struct buffer *b, const void *data, size_t len)
{
	if (buffer_reserve(b, len) != 0)
		return -1;
	memcpy(b->bytes + b->size, data, len);
	b->size += len;
	return 0;
}

#endif
