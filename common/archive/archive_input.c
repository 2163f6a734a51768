/* archive_input: chunks after the kept bytes of those before. */
#include "archive/archive_input.h"

#include <stdlib.h>
#include <string.h>

/* Bytes read at once: few calls, and they stay in the second-level cache until
 * they are used.  The same in the other readers of this room. */
enum { CHUNK = 256 * 1024 };

static ssize_t
take(void *arg, void *buf, size_t len, struct err *e)
{
	struct archive_input *in = arg;
	ssize_t n = in->read(in->from, buf, len, e);

	if (n > 0)
		in->taken += (uint64_t)n;
	return n;
}

static ssize_t
take_or_undo(struct archive_input *in, void *buf, size_t len, struct err *e)
{
	return in->decompress != NULL ?
	    decompress_read(in->decompress, buf, len, e) :
	    take(in, buf, len, e);
}

/* Reads first bytes into the place of the first chunk, at most so many. */
static int
read_begin(struct archive_input *in, size_t most, struct err *e)
{
	unsigned char *buf = in->kept + ARCHIVE_INPUT_KEPT;
	ssize_t n;

	in->begin = 0;
	do {
		n = take_or_undo(in, buf + in->begin, most - in->begin, e);
		if (n < 0)
			return -1;
		in->begin += (size_t)n;
	} while (n > 0 && in->begin < ARCHIVE_INPUT_BEGIN);
	in->ended = n == 0;
	return 0;
}

int
archive_input_open(struct archive_input *in,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from, struct err *e)
{
	const struct decompress_format *format;

	*in = (struct archive_input){ .read = read, .from = from,
	    .kept = calloc(1, ARCHIVE_INPUT_KEPT + CHUNK) };
	if (in->kept == NULL)
		return err_memory(e);
	if (read_begin(in, DECOMPRESS_FIRST, e) != 0)
		return -1;
	format = decompress_find(in->kept + ARCHIVE_INPUT_KEPT, in->begin);
	if (format == NULL)
		return 0;
	in->decompress = decompress_new(format, take, in,
	    in->kept + ARCHIVE_INPUT_KEPT, in->begin, e);
	return in->decompress != NULL ? read_begin(in, CHUNK, e) : -1;
}

void
archive_input_close(struct archive_input *in)
{
	decompress_free(in->decompress);
	free(in->kept);
	in->decompress = NULL;
	in->kept = NULL;
}

const void *
archive_input_begin(const struct archive_input *in, size_t *len)
{
	*len = in->begin;
	return in->kept + ARCHIVE_INPUT_KEPT;
}

ssize_t
archive_input_next(struct archive_input *in, const void **chunk, struct err *e)
{
	unsigned char *buf = in->kept + ARCHIVE_INPUT_KEPT;
	ssize_t n = (ssize_t)in->begin;

	*chunk = buf;
	if (n > 0) {			/* it stands there already */
		in->begin = 0;
	} else {
		memmove(in->kept, in->kept + in->chunk, ARCHIVE_INPUT_KEPT);
		in->chunk = 0;
		n = archive_input_read(in, buf, CHUNK, e);
	}
	if (n > 0) {
		in->chunk = (size_t)n;
		in->raw += (uint64_t)n;
	}
	return n;
}

ssize_t
archive_input_read(struct archive_input *in, void *buf, size_t len,
    struct err *e)
{
	size_t left = in->begin - in->begin_at;
	ssize_t n;

	if (left > 0) {
		len = len < left ? len : left;
		memcpy(buf, in->kept + ARCHIVE_INPUT_KEPT + in->begin_at, len);
		in->begin_at += len;
		return (ssize_t)len;
	}
	if (in->ended)
		return 0;
	n = take_or_undo(in, buf, len, e);
	in->ended = n == 0;
	return n;
}

int
archive_input_zeros(struct archive_input *in, uint64_t from, uint64_t *at,
    struct err *e)
{
	size_t len = in->raw > from ? (size_t)(in->raw - from) : 0;
	const unsigned char *bytes = archive_input_kept(in, from, len);
	const void *chunk;
	ssize_t n;

	for (*at = from;; from += len) {
		for (size_t i = 0; bytes != NULL && i < len; i++) {
			*at = from + i;
			if (bytes[i] != 0)
				return 1;
		}
		if ((n = archive_input_next(in, &chunk, e)) <= 0)
			return (int)n;
		bytes = chunk;
		len = (size_t)n;
	}
}

const unsigned char *
archive_input_kept(const struct archive_input *in, uint64_t at, size_t len)
{
	size_t room = ARCHIVE_INPUT_KEPT + in->chunk;
	uint64_t back = at <= in->raw ? in->raw - at : UINT64_MAX;

	return len <= back && back <= room ? in->kept + (room - back) : NULL;
}

bool
archive_input_is_compressed(const struct archive_input *in)
{
	return in->decompress != NULL;
}
