/* intake: chunks behind the kept bytes of those before. */
#include "archive/intake.h"

#include <stdlib.h>
#include <string.h>

#include "deflate/gunzip.h"

enum { CHUNK = 256 * 1024 };

bool
intake_init(struct intake *in,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from)
{
	*in = (struct intake){ .read = read, .from = from,
	    .kept = calloc(1, INTAKE_KEPT + CHUNK) };
	return in->kept != NULL;
}

void
intake_free(struct intake *in)
{
	gunzip_free(in->gunzip);
	free(in->kept);
	in->gunzip = NULL;
	in->kept = NULL;
}

static ssize_t
take(void *arg, void *buf, size_t len, struct err *e)
{
	struct intake *in = arg;
	ssize_t n = in->read(in->from, buf, len, e);

	if (n > 0)
		in->taken += (uint64_t)n;
	return n;
}

/* Reads the first bytes and puts gunzip in front if they ask for it; gives
 * those that are left. */
static ssize_t
sniff(struct intake *in, unsigned char *buf, struct err *e)
{
	ssize_t n, len = 0;

	in->sniffed = true;
	do {
		n = take(in, buf + len, CHUNK / 2 - (size_t)len, e);
		if (n < 0)
			return -1;
		len += n;
	} while (n > 0 && len < 2);
	if (!gunzip_matches(buf, (size_t)len))
		return len;
	in->gunzip = gunzip_new(take, in, buf, (size_t)len, e);
	return in->gunzip == NULL ? -1 :
	    gunzip_read(in->gunzip, buf, CHUNK, e);
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
	if (!in->sniffed)
		n = sniff(in, buf, e);
	else if (in->gunzip != NULL)
		n = gunzip_read(in->gunzip, buf, CHUNK, e);
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

const unsigned char *
intake_kept(const struct intake *in, uint64_t at, size_t len)
{
	size_t room = INTAKE_KEPT + in->chunk;
	uint64_t back = at <= in->raw ? in->raw - at : UINT64_MAX;

	return len <= back && back <= room ? in->kept + (room - back) : NULL;
}

bool
intake_is_gzip(const struct intake *in)
{
	return in->gunzip != NULL;
}
