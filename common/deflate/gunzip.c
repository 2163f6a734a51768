/* gunzip: zlib's inflate over one gzip member after the other. */
#include "deflate/gunzip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK = 128 * 1024, GZIP = 16 };

struct gunzip {
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	z_stream z;
	bool in_member, ended;		/* ended: no more input */
	uint64_t taken;			/* bytes of input so far */
	unsigned char buf[CHUNK];
};

int
gunzip_matches(const void *begin, size_t len)
{
	return len >= 2 && memcmp(begin, "\x1f\x8b", 2) == 0;
}

struct gunzip *
gunzip_new(ssize_t (*read)(void *, void *, size_t, struct err *), void *from,
    const void *begin, size_t len, struct err *e)
{
	struct gunzip *g = len <= CHUNK ? calloc(1, sizeof *g) : NULL;

	if (g == NULL || inflateInit2(&g->z, MAX_WBITS + GZIP) != Z_OK) {
		err_set(e, EXIT_INTERNAL, "cannot set up gunzip");
		free(g);
		return NULL;
	}
	g->read = read;
	g->from = from;
	g->in_member = true;
	memcpy(g->buf, begin, len);
	g->z.next_in = g->buf;
	g->z.avail_in = (uInt)len;
	g->taken = len;
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	free(g);
}

static int
bad(const struct gunzip *g, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the gzip data is %s at byte %llu", why,
	    (unsigned long long)(g->taken - g->z.avail_in));
}

static int
refill(struct gunzip *g, struct err *e)
{
	ssize_t n;

	if (g->z.avail_in > 0 || g->ended)
		return 0;
	n = g->read(g->from, g->buf, CHUNK, e);
	if (n < 0)
		return -1;
	g->ended = n == 0;
	g->taken += (uint64_t)n;
	g->z.next_in = g->buf;
	g->z.avail_in = (uInt)n;
	return 0;
}

/* After a member: another one, zeros, or the end.  1, 0 at the end, or -1. */
static int
next_member(struct gunzip *g, struct err *e)
{
	for (;;) {
		if (refill(g, e) != 0)
			return -1;
		if (g->z.avail_in == 0)
			return 0;
		if (*g->z.next_in != 0)
			break;
		g->z.next_in++;
		g->z.avail_in--;
	}
	if (*g->z.next_in != 0x1f)
		return bad(g, "followed by something else", e);
	inflateReset(&g->z);
	g->in_member = true;
	return 1;
}

ssize_t
gunzip_read(struct gunzip *g, void *buf, size_t len, struct err *e)
{
	uInt room = len < CHUNK * 8 ? (uInt)len : CHUNK * 8;
	int rc;

	g->z.next_out = buf;
	g->z.avail_out = room;
	while (g->z.avail_out == room) {
		if (!g->in_member && (rc = next_member(g, e)) <= 0)
			return rc;
		if (refill(g, e) != 0)
			return -1;
		if (g->z.avail_in == 0)
			return bad(g, "cut off", e);
		rc = inflate(&g->z, Z_NO_FLUSH);
		if (rc == Z_STREAM_END)
			g->in_member = false;
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			return bad(g, "damaged", e);
	}
	return (ssize_t)(room - g->z.avail_out);
}
