/* join: a walk says what zlib's inflate says, of streams of several compressors,
 * of damaged ones and of some that no compressor writes; and what was opened can
 * be followed by another stream. */
#include "deflate/join.h"

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "join_oracle.h"
#include "tap.h"

enum { DATA = 150000, ROOM = 2 * DATA, ROUNDS = 150 };

static uint32_t
next(uint32_t *rng)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 17;
	*rng ^= *rng << 5;
	return *rng;
}

/* Words, digits, runs, noise and repeats of what came before, by chance. */
static void
make_data(unsigned char *data, size_t len, uint32_t *rng)
{
	for (size_t i = 0; i < len;) {
		unsigned kind = next(rng) % 5, n = next(rng) % 3000 + 1;
		unsigned back = i > 0 ? next(rng) % (unsigned)i % 32768 + 1 : 1;
		unsigned char base = (unsigned char)next(rng);

		for (; n > 0 && i < len; n--, i++)
			data[i] = (unsigned char)(kind == 0 ? next(rng) :
			    kind == 1 ? base : kind == 2 ? next(rng) % 10 :
			    kind == 3 && i >= back ? data[i - back] :
			    next(rng) % 8 % (1u + base % 8));
	}
}

/* One stream; 0 if it does not fit. */
static size_t
by_zlib(const unsigned char *data, size_t len, unsigned char *out, uint32_t *rng)
{
	z_stream z = { 0 };
	size_t size;

	if (deflateInit2(&z, (int)(next(rng) % 10), Z_DEFLATED,
	    -(int)(next(rng) % 7 + 9), (int)(next(rng) % 9 + 1),
	    (int)(next(rng) % 5)) != Z_OK)
		return 0;
	z.next_in = (Bytef *)data;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = ROOM;
	size = deflate(&z, Z_FINISH) == Z_STREAM_END ? ROOM - z.avail_out : 0;
	deflateEnd(&z);
	return size;
}

static size_t
by_isal(const unsigned char *data, size_t len, unsigned char *out)
{
	struct isal_zstream s;

	isal_deflate_stateless_init(&s);
	s.end_of_stream = 1;
	s.next_in = (uint8_t *)data;
	s.avail_in = (uint32_t)len;
	s.next_out = out;
	s.avail_out = ROOM;
	return isal_deflate_stateless(&s) == COMP_OK ? s.total_out : 0;
}

static size_t
by_libdeflate(const unsigned char *data, size_t len, unsigned char *out,
    uint32_t *rng)
{
	struct libdeflate_compressor *c =
	    libdeflate_alloc_compressor((int)(next(rng) % 12 + 1));
	size_t size = c == NULL ? 0 :
	    libdeflate_deflate_compress(c, data, len, out, ROOM);

	libdeflate_free_compressor(c);
	return size;
}

/* Streams of all compressors, and those with some bits turned or cut off. */
static void
streams(unsigned char *data, unsigned char *out)
{
	static const char *const names[] = { "zlib", "ISA-L", "libdeflate" };
	uint32_t rng = 2463534242u;

	for (unsigned kind = 0; kind < 3; kind++) {
		unsigned whole = 0, damaged = 0, refused = 0;

		for (unsigned round = 0; round < ROUNDS; round++) {
			size_t len = next(&rng) % (round % 5 == 0 ? DATA :
			    3000), size;
			struct inflated t;
			struct join j;

			make_data(data, len, &rng);
			size = kind == 0 ? by_zlib(data, len, out, &rng) :
			    kind == 1 ? by_isal(data, len, out) :
			    by_libdeflate(data, len, out, &rng);
			whole += size > 0 && join_agrees(out, size, NULL, 0) &&
			    join_takes(&j, out, size, data, len, 0) && j.final;
			for (unsigned n = next(&rng) % 4; n > 0 && size > 0; n--) {
				size_t at = next(&rng) % size;

				at = n == 1 ? at % 60 % size : at;
				out[at] ^= (unsigned char)(1u << next(&rng) % 8);
			}
			if (next(&rng) % 3 == 0)
				size = next(&rng) % (unsigned)(size + 1);
			damaged += join_agrees(out, size, NULL, 0);
			t = inflate_all(out, size, NULL, 0);
			refused += !join_takes(&j, out, size, t.bytes, t.len, 0);
			free(t.bytes);
		}
		ok(whole == ROUNDS, "%s: as inflate sees it", names[kind]);
		ok(damaged == ROUNDS, "damaged: as inflate sees it");
		ok(refused > ROUNDS / 4 && refused < ROUNDS,
		    "of which %u are refused", refused);
	}
}

/* A stream written bit by bit. */
struct bits {
	unsigned char out[512];
	size_t at;
};

static void
put(struct bits *b, unsigned value, unsigned n)
{
	for (; n > 0; n--, value >>= 1, b->at++)
		b->out[b->at / 8] |= (unsigned char)((value & 1) << b->at % 8);
}

/* Huffman codes begin with their highest bit. */
static void
put_code(struct bits *b, unsigned code, unsigned n)
{
	while (n-- > 0)
		put(b, code >> n & 1, 1);
}

/*
 * The header of a last block with the codes a: 0, end: 10, length 3: 11, and
 * distances codes for distances of 1 bit each.  The code lengths' code has 00,
 * 01, 10 and 11 for 0, 1, 2 and 18.
 */
static void
put_header(struct bits *b, unsigned distances)
{
	static const unsigned char order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5,
		11, 4, 12, 3, 13, 2, 14, 1 };

	put(b, 1, 1);
	put(b, 2, 2);
	put(b, 1, 5);				/* 258 lengths of literals */
	put(b, distances > 0 ? distances - 1 : 0, 5);
	put(b, sizeof order - 4, 4);
	for (size_t i = 0; i < sizeof order; i++)
		put(b, order[i] <= 2 || order[i] == 18 ? 2 : 0, 3);
	put_code(b, 3, 2);
	put(b, 97 - 11, 7);
	put_code(b, 1, 2);			/* a */
	put_code(b, 3, 2);
	put(b, 138 - 11, 7);
	put_code(b, 3, 2);
	put(b, 20 - 11, 7);
	put_code(b, 2, 2);			/* the end */
	put_code(b, 2, 2);			/* length 3 */
	for (unsigned i = 0; i < distances; i++)
		put_code(b, 1, 2);
	if (distances == 0)
		put_code(b, 0, 2);
}

static bool
walks_to(const struct bits *b, const char *data, bool incomplete)
{
	struct join j;

	return join_agrees(b->out, (b->at + 7) / 8, NULL, 0) &&
	    join_takes(&j, b->out, (b->at + 7) / 8,
	    (const unsigned char *)data, strlen(data), 0) &&
	    j.end == b->at && j.header == 0 && j.incomplete == incomplete;
}

static bool
refuses(const struct bits *b, const char *data)
{
	struct join j;

	return join_agrees(b->out, (b->at + 7) / 8, NULL, 0) &&
	    !join_takes(&j, b->out, (b->at + 7) / 8,
	    (const unsigned char *)data, strlen(data), 0);
}

static void
by_hand(void)
{
	struct bits one = { 0 }, two = { 0 }, none = { 0 }, wrong = { 0 },
	    far = { 0 }, many = { 0 }, type = { 0 };
	struct join j;

	put_header(&one, 1);
	put(&one, 0, 1);			/* a */
	put_code(&one, 3, 2);			/* 3 bytes, */
	put(&one, 0, 1);			/* 1 back */
	put_code(&one, 2, 2);
	ok(walks_to(&one, "aaaa", true), "a single distance is an incomplete code");

	put_header(&two, 2);
	put(&two, 0, 1);
	put_code(&two, 3, 2);
	put(&two, 0, 1);
	put_code(&two, 2, 2);
	ok(walks_to(&two, "aaaa", false), "two distances are a complete one");

	put_header(&none, 0);
	put(&none, 0, 1);
	put_code(&none, 2, 2);
	ok(walks_to(&none, "a", true), "no distance is an incomplete one");

	put_header(&wrong, 1);
	put(&wrong, 0, 1);
	put_code(&wrong, 3, 2);
	put(&wrong, 1, 1);			/* stands for nothing */
	put_code(&wrong, 2, 2);
	ok(refuses(&wrong, "aaaa"), "a code that is none is refused");

	put_header(&far, 2);
	put(&far, 0, 1);
	put_code(&far, 3, 2);
	put(&far, 1, 1);			/* 2 back, of 1 */
	put_code(&far, 2, 2);
	ok(refuses(&far, "axax"), "so is a distance to before the beginning");
	ok(join_takes(&j, far.out, (far.at + 7) / 8,
	    (const unsigned char *)"xaxax", 4, 1) &&
	    join_agrees(far.out, (far.at + 7) / 8,
	    (const unsigned char *)"x", 1), "unless there is a dictionary");

	put_header(&many, 3);
	put_code(&many, 2, 2);
	ok(refuses(&many, ""), "more codes than there can be are refused");

	put(&type, 7, 3);
	ok(refuses(&type, ""), "so is a block of the fourth type");
	ok(!join_takes(&j, type.out, 0, type.out, 0, 0),
	    "and a stream of no bytes");
}

/* Every length of the last byte's rest: two streams in one, and an empty one. */
static void
opened(unsigned char *data, unsigned char *out, unsigned char *back)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	unsigned good = 0, rests = 0;
	uint32_t rng = 77;
	enum { TIMES = 120 };

	for (unsigned i = 0; i < TIMES; i++) {
		size_t len = next(&rng) % 5000, first, second;
		struct libdeflate_decompressor *d =
		    libdeflate_alloc_decompressor();
		const struct join_data half = { data, len / 2, 0 };
		struct join j;

		make_data(data, len, &rng);
		first = libdeflate_deflate_compress(c, data, len / 2, out, ROOM);
		if (join_walk(&j, out, first, &half) != 0)
			break;
		rests |= 1u << (j.end & 7);
		second = join_open(&j, out);
		if (join_walk(&j, out, second, &half) != 0 || j.final ||
		    j.end != 8 * (uint64_t)second)
			break;
		if (second > first + JOIN_ROOM)
			break;
		first = second;
		second = libdeflate_deflate_compress(c, data + len / 2,
		    len - len / 2, out + first, ROOM - first);
		good += libdeflate_deflate_decompress(d, out, first + second,
		    back, len, NULL) == LIBDEFLATE_SUCCESS &&
		    memcmp(back, data, len) == 0;
		libdeflate_free_decompressor(d);
	}
	ok(good == TIMES, "a stream that was opened goes on with another");
	ok(rests == 0xff, "wherever in a byte it ends");
	libdeflate_free_compressor(c);
}

int
main(void)
{
	unsigned char *data = malloc(DATA), *back = malloc(DATA);
	unsigned char *out = malloc(ROOM + JOIN_SLACK);

	if (data == NULL || back == NULL || out == NULL)
		return 1;
	streams(data, out);
	by_hand();
	opened(data, out, back);
	free(data);
	free(back);
	free(out);
	return tap_done();
}
