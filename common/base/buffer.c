/* buffer: the growing. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buffer.h"

/* Bytes of the first allocation, which then doubles: a row or a name fits, and
 * the many buffers that stay empty or small cost little. */
enum { FIRST_ROOM = 1024 };

void
buffer_init(struct buffer *b, size_t limit)
{
	*b = (struct buffer){ .limit = limit < SIZE_MAX / 4 ? limit :
	    SIZE_MAX / 4 };
}

void
buffer_free(struct buffer *b)
{
	free(b->bytes);
	*b = (struct buffer){ .limit = b->limit };
}

void
buffer_trim(struct buffer *b, size_t most)
{
	b->size = 0;
	if (b->room > most)
		buffer_free(b);
}

int
buffer_grow(struct buffer *b, size_t len)
{
	size_t room = b->room > 0 ? b->room : FIRST_ROOM;
	char *bytes;

	if (len > b->limit - b->size) {
		errno = ENOSPC;
		return -1;
	}
	while (room - b->size < len)
		room *= 2;
	if (room > b->limit)
		room = b->limit;
	bytes = realloc(b->bytes, room + BUFFER_SLACK);
	if (bytes == NULL)
		return -1;
	b->bytes = bytes;
	b->room = room;
	return 0;
}
