/* gunzip: in pieces of any size it takes what zlib takes, with the same data, and
 * refuses what zlib refuses. */
#include "deflate/gunzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tap.h"

enum { DATA = 20000, ROOM = 2 * DATA + 1000, ROUNDS = 600, GZIP = 16 };

static uint32_t
next(uint32_t *rng)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 17;
	*rng ^= *rng << 5;
	return *rng;
}

/* A stream with wrapper: 15 for zlib's, 15 + GZIP. */
static size_t
make(const unsigned char *data, size_t len, int wrapper, int level,
    const char *name, unsigned char *out)
{
	gz_header header = { .name = (Bytef *)(uintptr_t)name, .hcrc = 1 };
	z_stream z = { 0 };
	size_t size;

	if (deflateInit2(&z, level, Z_DEFLATED, wrapper, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK || (name != NULL &&
	    deflateSetHeader(&z, &header) != Z_OK))
		abort();
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = ROOM;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	size = z.total_out;
	deflateEnd(&z);
	return size;
}

/* What zlib makes of one stream: its size, or -1. */
static long
by_zlib(const unsigned char *in, size_t len, int wrapper, unsigned char *out)
{
	z_stream z = { 0 };
	long size = -1;

	if (inflateInit2(&z, wrapper) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)in;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = ROOM;
	if (inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0)
		size = (long)z.total_out;
	inflateEnd(&z);
	return size;
}

/* What gunzip makes of it in pieces and rooms of random sizes up to most. */
static long
by_gunzip(const unsigned char *in, size_t len, bool zlib, size_t most,
    uint32_t *rng, unsigned char *out, struct err *e)
{
	struct gunzip *g = gunzip_new(zlib, e);
	size_t made = 0, at = 0;
	int rc = g != NULL ? 0 : -1;

	while (rc == 0) {
		size_t room = next(rng) % most + 1, piece = next(rng) % most + 1;
		struct gunzip_step s = { .in = in + at, .out = out + made };

		s.in_len = piece = piece < len - at ? piece : len - at;
		s.out_len = room = room < ROOM - made ? room : ROOM - made;
		rc = gunzip_run(g, &s, e);
		at += piece - s.in_len;
		made += room - s.out_len;
		if (at == len && s.out_len > 0)
			break;
	}
	if (rc == 0)
		rc = gunzip_end(g, e);
	gunzip_free(g);
	return rc == 0 ? (long)made : -1;
}

static void
streams(unsigned char *data, unsigned char *in, unsigned char *a,
    unsigned char *b)
{
	unsigned same = 0, taken = 0, refused = 0;
	uint32_t rng = 99;

	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t len = next(&rng) % (round % 3 == 0 ? DATA : 300), size;
		bool zlib = round % 2 == 0;
		int wrapper = 15 + (zlib ? 0 : GZIP);
		struct err e = ERR_NONE;
		long x, y;

		for (size_t i = 0; i < len; i++)
			data[i] = (unsigned char)(next(&rng) % (round % 5 == 0 ?
			    256 : 5));
		size = make(data, len, wrapper, (int)(round % 10),
		    zlib || round % 4 == 1 ? NULL : "a name", in);
		if (round % 3 == 1) {
			size_t at = next(&rng) % size;

			/* A text flag and such are no one's concern, nor are
			 * times; and zlib takes no zlib for gzip. */
			at = at < 10 ? size - 1 - at % 4 : at;
			in[at] ^= (unsigned char)(1u << next(&rng) % 8);
		}
		if (round % 7 == 1)
			size = next(&rng) % size;
		x = by_zlib(in, size, wrapper, a);
		y = by_gunzip(in, size, zlib, round % 4 < 2 ? 3 : ROOM, &rng, b,
		    &e);
		if (size == 0)
			x = 0;		/* nothing is whole here */
		same += x == y && (x <= 0 || memcmp(a, b, (size_t)x) == 0);
		taken += y >= 0;
		refused += y < 0 && e.code == EXIT_DATA;
	}
	ok(same == ROUNDS, "as zlib takes and refuses them");
	ok(taken > ROUNDS / 2 && refused > ROUNDS / 5 &&
	    taken + refused == ROUNDS, "%u taken, %u refused", taken, refused);
}

/* Members in a row, zeros, and what else may follow. */
static void
rows(unsigned char *in, unsigned char *out)
{
	static const unsigned char data[] = "some data";
	size_t one = make(data, 9, 15 + GZIP, 6, NULL, in), size = one;
	struct err e = ERR_NONE;
	uint32_t rng = 1;

	size += make(data, 9, 15 + GZIP, 6, "x", in + size);
	ok(by_gunzip(in, size, false, 4, &rng, out, &e) == 18 &&
	    memcmp(out, "some datasome data", 18) == 0, "two members");
	memset(in + size, 0, 20);
	ok(by_gunzip(in, size + 20, true, 4, &rng, out, &e) == 18,
	    "zeros after them");
	in[size + 20] = 0x1f;
	ok(by_gunzip(in, size + 21, false, 4, &rng, out, &e) == -1,
	    "and no member after zeros");
	in[one] = 'x';
	ok(by_gunzip(in, size, false, 4, &rng, out, &e) == -1,
	    "nothing else after a member");
	ok(by_gunzip(in, 0, false, 4, &rng, out, &e) == 0, "nothing at all");
	size = make(data, 9, 15, 6, NULL, in);
	ok(by_gunzip(in, size, true, 4, &rng, out, &e) == 9, "zlib's format");
	ok(by_gunzip(in, size, false, 4, &rng, out, &e) == -1,
	    "only where it is taken");
	in[size] = 0x78;
	ok(by_gunzip(in, size + 1, true, 4, &rng, out, &e) == -1,
	    "and alone");
	/* FDICT, and a check that fits: 0x78bb or the like. */
	in[1] = (unsigned char)(in[1] | 0x20);
	in[1] = (unsigned char)((in[1] & 0xe0) +
	    (31 - (in[0] * 256 + (in[1] & 0xe0)) % 31) % 31);
	ok(by_gunzip(in, size, true, ROOM, &rng, out, &e) == -1,
	    "not with a dictionary");
}

int
main(void)
{
	unsigned char *data = malloc(DATA), *in = malloc(ROOM),
	    *a = malloc(ROOM), *b = malloc(ROOM);

	if (data == NULL || in == NULL || a == NULL || b == NULL)
		return 1;
	streams(data, in, a, b);
	rows(in, a);
	free(data);
	free(in);
	free(a);
	free(b);
	return tap_done();
}
