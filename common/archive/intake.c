/* intake: chunks behind the kept bytes of those before. */
#include "archive/intake.h"

#include <stdlib.h>
#include <string.h>

#include "archive/decompress.h"

enum { CHUNK = 256 * 1024 };

static ssize_t
take(void *arg, void *buf, size_t len, struct err *e)
{
	struct intake *in = arg;
	ssize_t n = in->read(in->from, buf, len, e);

	if (n > 0)
		in->taken += (uint64_t)n;
	return n;
}

/* Reads the first bytes, into the place of the first chunk; -1 or how many. */
static ssize_t
read_begin(struct intake *in, unsigned char *buf, struct err *e)
{
	ssize_t n, len = 0;

	do {
		n = take(in, buf + len, DECOMPRESS_FIRST - (size_t)len, e);
		if (n < 0)
			return -1;
		len += n;
	} while (n > 0 && len < DECOMPRESS_BEGIN);
	return len;
}

int
intake_open(struct intake *in,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from, struct err *e)
{
	const struct decompress_format *format;
	unsigned char *buf;
	ssize_t n;

	*in = (struct intake){ .read = read, .from = from,
	    .kept = calloc(1, INTAKE_KEPT + CHUNK) };
	if (in->kept == NULL)
		return err_memory(e);
	buf = in->kept + INTAKE_KEPT;
	if ((n = read_begin(in, buf, e)) < 0)
		return -1;
	if ((format = decompress_find(buf, (size_t)n)) == NULL) {
		in->begin = (size_t)n;
		return 0;
	}
	in->decompress = decompress_new(format, take, in, buf, (size_t)n, e);
	return in->decompress != NULL ? 0 : -1;
}

void
intake_close(struct intake *in)
{
	decompress_free(in->decompress);
	free(in->kept);
	in->decompress = NULL;
	in->kept = NULL;
}

ssize_t
intake_next(struct intake *in, const void **chunk, struct err *e)
{
	unsigned char *buf = in->kept + INTAKE_KEPT;
	ssize_t n;

	*chunk = buf;
	if (in->ended)
		return 0;
	memmove(in->kept, in->kept + in->chunk, INTAKE_KEPT);
	in->chunk = 0;
	if (in->decompress != NULL)
		n = decompress_read(in->decompress, buf, CHUNK, e);
	else if ((n = (ssize_t)in->begin) > 0)
		in->begin = 0;		/* it stands there already */
	else
		n = take(in, buf, CHUNK, e);
	if (n > 0) {
		in->chunk = (size_t)n;
		in->raw += (uint64_t)n;
	}
	in->ended = n == 0;
	return n;
}

ssize_t
intake_drain(struct intake *in, const unsigned char **tail, struct err *e)
{
	const void *chunk;
	ssize_t n;

	while ((n = intake_next(in, &chunk, e)) > 0)
		;
	if (n < 0)
		return -1;
	n = in->raw < INTAKE_KEPT ? (ssize_t)in->raw : INTAKE_KEPT;
	*tail = in->kept + in->chunk + INTAKE_KEPT - n;
	return n;
}

int
intake_zeros(struct intake *in, uint64_t from, uint64_t *at, struct err *e)
{
	size_t len = in->raw > from ? (size_t)(in->raw - from) : 0;
	const unsigned char *bytes = intake_kept(in, from, len);
	const void *chunk;
	ssize_t n;

	for (*at = from;; from += len) {
		for (size_t i = 0; bytes != NULL && i < len; i++) {
			*at = from + i;
			if (bytes[i] != 0)
				return 1;
		}
		if ((n = intake_next(in, &chunk, e)) <= 0)
			return (int)n;
		bytes = chunk;
		len = (size_t)n;
	}
}

const unsigned char *
intake_kept(const struct intake *in, uint64_t at, size_t len)
{
	size_t room = INTAKE_KEPT + in->chunk;
	uint64_t back = at <= in->raw ? in->raw - at : UINT64_MAX;

	return len <= back && back <= room ? in->kept + (room - back) : NULL;
}

bool
intake_is_compressed(const struct intake *in)
{
	return in->decompress != NULL;
}
