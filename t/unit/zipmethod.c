/* zipmethod: what each library has packed comes out of it whole, in pieces of any
 * size, and ends to the byte; damaged, it is an error or other data. */
#include "archive/zipmethod.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "tap.h"

enum { SIZE = 60000, ROOM = 100000, AFTER = 40 };

static unsigned char data[SIZE], packed[ROOM], out[ROOM];
static struct err e = ERR_NONE;

static size_t
pack_deflate(void)
{
	z_stream z = { .next_in = data, .avail_in = SIZE, .next_out = packed,
	    .avail_out = ROOM };

	if (deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK || deflate(&z, Z_FINISH) != Z_STREAM_END)
		return 0;
	deflateEnd(&z);
	return z.total_out;
}

static size_t
pack_bzip2(void)
{
	unsigned len = ROOM;

	return BZ2_bzBuffToBuffCompress((char *)packed, &len, (char *)data,
	    SIZE, 1, 0, 0) == BZ_OK ? len : 0;
}

/* In zip: a version, the size of the properties, these, and the data. */
static size_t
pack_lzma(bool marked)
{
	lzma_options_lzma options;
	lzma_filter filters[] = { { LZMA_FILTER_LZMA1EXT, &options },
	    { LZMA_VLI_UNKNOWN, NULL } };
	lzma_filter old = { LZMA_FILTER_LZMA1, &options };
	size_t len = 9;

	if (lzma_lzma_preset(&options, 1))
		return 0;
	options.ext_flags = marked ? LZMA_LZMA1EXT_ALLOW_EOPM : 0;
	options.ext_size_low = options.ext_size_high = UINT32_MAX;
	if (!marked) {
		options.ext_size_low = SIZE;
		options.ext_size_high = 0;
	}
	memcpy(packed, "\11\4\5\0", 4);
	if (lzma_properties_encode(&old, packed + 4) != LZMA_OK ||
	    lzma_raw_buffer_encode(filters, NULL, data, SIZE, packed, &len,
	    ROOM) != LZMA_OK)
		return 0;
	return len;
}

static size_t
pack_xz(void)
{
	size_t len = 0;

	return lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, data, SIZE,
	    packed, &len, ROOM) == LZMA_OK ? len : 0;
}

static size_t
pack_zstd(void)
{
	size_t len = ZSTD_compress(packed, ROOM, data, SIZE, 3);

	return ZSTD_isError(len) ? 0 : len;
}

/* Undoes it in pieces; how many bytes of packed it took, or -1.  *made: how many
 * came out. */
static long
undo(unsigned method, bool marked, size_t len, size_t in_piece,
    size_t out_piece, size_t *made)
{
	struct zipmethod *m = zipmethod_new(method, marked, SIZE, &e);
	struct zipmethod_step s = { .in = packed };
	size_t at = 0;
	int rc = m != NULL ? 0 : -1;

	for (*made = 0; rc == 0 && !s.ended && *made < ROOM;) {
		size_t room = ROOM - *made < out_piece ? ROOM - *made :
		    out_piece;
		size_t given = len - at < in_piece ? len - at : in_piece;

		s.in = packed + at;
		s.in_len = given;
		s.out = out + *made;
		s.out_len = room;
		rc = zipmethod_run(m, &s, &e);
		at += given - s.in_len;
		*made += room - s.out_len;
		if (given == s.in_len && room == s.out_len && !s.ended)
			rc = -1;	/* nothing happens any more */
	}
	zipmethod_free(m);
	return rc == 0 && s.ended ? (long)at : -1;
}

static void
round_trip(const char *name, unsigned method, bool marked, size_t len)
{
	bool good = len > 0;
	size_t made;

	memset(packed + len, 0x55, AFTER);
	for (size_t piece = 1; good && piece <= ROOM; piece *= 7)
		good = undo(method, marked, len + AFTER, piece, ROOM / piece,
		    &made) == (long)len && made == SIZE &&
		    memcmp(out, data, SIZE) == 0;
	ok(good, "%s, in pieces, with something after it", name);
	ok(undo(method, marked, len / 2, ROOM, ROOM, &made) < 0,
	    "%s, cut off", name);
	packed[len / 2] ^= 0x10;
	ok(undo(method, marked, len, ROOM, ROOM, &made) < 0 || made != SIZE ||
	    memcmp(out, data, SIZE) != 0, "%s, damaged", name);
}

int
main(void)
{
	static const struct { unsigned method; const char *name; } refused[] = {
		{ 1, "shrink" }, { 9, "Deflate64" }, { 98, "PPMd" },
		{ 4711, "4711" } };

	for (size_t i = 0; i < SIZE; i++)
		data[i] = (unsigned char)(i % 1000 < 600 ? i / 1000 :
		    i * i >> 7);
	round_trip("deflate", 8, false, pack_deflate());
	round_trip("bzip2", 12, false, pack_bzip2());
	round_trip("lzma with an end mark", 14, true, pack_lzma(true));
	round_trip("lzma without one", 14, false, pack_lzma(false));
	round_trip("xz", 95, false, pack_xz());
	round_trip("zstd", 93, false, pack_zstd());
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		ok(zipmethod_known(refused[i].method, &e) != 0 &&
		    e.code == EXIT_DATA &&
		    strstr(e.text, refused[i].name) != NULL, "%s is refused",
		    refused[i].name);
	return tap_done();
}
