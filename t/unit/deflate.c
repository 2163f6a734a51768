/* deflate: zlib's inflate gives back what went in; the stream is the same for
 * any number of threads and any cutting of the input. */
#include "deflate/deflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/encoder.h"
#include "inflate.h"
#include "tap.h"

enum { BLOCK = DEFLATE_BLOCK, MOST = 2 * BLOCK + 77, KINDS = 5 };

static const char *const kind_names[KINDS] = { "zeros", "noise", "text", "mix",
    "digits" };
static const size_t sizes[] = { 0, 1, 2, 300, 65536, BLOCK - 1, BLOCK,
    BLOCK + 1, 2 * BLOCK, MOST };
static const int levels[] = { 0, 1, 2, 3, 4, 9 };

/* Memory as the two ends of a stream. */
struct ends {
	const unsigned char *data;
	size_t len, at, cut;		/* reads give at most cut bytes */
	size_t fail_read, fail_write;	/* fail at this offset; 0: never */
	unsigned char *out;
	size_t size, room;
	uint32_t rng;
	struct deflate_sum sum;
};

static uint32_t
next(uint32_t *rng)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 17;
	*rng ^= *rng << 5;
	return *rng;
}

static ssize_t
read_some(void *arg, void *buf, size_t len, struct err *e)
{
	struct ends *s = arg;
	size_t n = s->len - s->at;

	if (s->fail_read != 0 && s->at >= s->fail_read)
		return err_set(e, EXIT_IO, "cannot read");
	n = n < len ? n : len;
	if (s->cut != 0 && n > 0) {
		size_t some = next(&s->rng) % s->cut + 1;

		n = n < some ? n : some;
	}
	memcpy(buf, s->data + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static int
write_all(void *arg, const void *buf, size_t len, struct err *e)
{
	struct ends *s = arg;

	if (s->fail_write != 0 && s->size + len > s->fail_write)
		return err_set(e, EXIT_PIPE, "gone");
	if (len > s->room - s->size)
		return err_set(e, EXIT_INTERNAL, "more output than the bound");
	memcpy(s->out + s->size, buf, len);
	s->size += len;
	return 0;
}

static int
keep_sum(void *arg, const struct deflate_sum *sum, struct err *e)
{
	struct ends *s = arg;

	(void)e;
	s->sum = *sum;
	return 0;
}

static bool
run(struct deflate *d, const struct deflate_ends *ends, struct err *e)
{
	return deflate_stream(d, ends, e) == 0 && deflate_drain(d, e) == 0;
}

static void
make_data(int kind, unsigned char *data)
{
	static const char words[][12] = { "alpha,", "\"beta\",", "gamma\n",
	    "12.5,", "2026-08-01,", "delta " };
	uint32_t rng = 88172645;

	for (size_t i = 0; i < MOST; ) {
		bool noise = kind == 1 || (kind == 3 && i / 50000 % 2);

		if (kind == 0) {
			data[i++] = 0;
		} else if (kind == 4) {
			data[i++] = (unsigned char)"0123456789.,\n"[
			    next(&rng) % 13];
		} else if (noise) {
			data[i++] = (unsigned char)(next(&rng) >> 11);
		} else {
			const char *w = words[next(&rng) % 6];

			while (*w != '\0' && i < MOST)
				data[i++] = (unsigned char)*w++;
		}
	}
}

static bool
stream(int level, unsigned threads, struct ends *s, struct deflate_sum *sum)
{
	struct err e = ERR_NONE;
	struct deflate *d = deflate_new(level, threads, 2 * threads + 1, &e);
	struct deflate_ends ends = { read_some, s, write_all, keep_sum, s };
	bool good;

	good = d != NULL && run(d, &ends, &e);
	*sum = s->sum;
	deflate_free(d);
	return good;
}

static void
round_trips(int level, int kind, const unsigned char *data,
    unsigned char *out, unsigned char *other, unsigned char *back)
{
	unsigned bad = 0, differ = 0, sums = 0, large = 0;
	size_t room = MOST + MOST / 1000 + 4096;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t len = sizes[i];
		struct ends one = { .data = data, .len = len, .out = out,
		    .room = room, .rng = 1 };
		struct ends two = { .data = data, .len = len, .out = other,
		    .room = room, .rng = 7, .cut = len > 70000 ? 300000 : 100 };
		struct deflate_sum sum = { 0 }, sum2 = { 0 };

		bad += !stream(level, 1, &one, &sum) ||
		    !inflates_to(one.out, one.size, data, len, back);
		sums += sum.in != len || sum.out != one.size ||
		    sum.crc != crc32(0, data, (uInt)len);
		differ += !stream(level, level == 9 ? 2 : 5, &two, &sum2) ||
		    two.size != one.size || memcmp(out, other, one.size) != 0 ||
		    sum2.crc != sum.crc;
		large += one.size > len + len / 10000 + 32;
	}
	ok(bad == 0, "level %d, %s: inflates to the input", level,
	    kind_names[kind]);
	ok(sums == 0, "level %d, %s: sizes and CRC-32", level, kind_names[kind]);
	ok(differ == 0, "level %d, %s: same bytes for other threads and chunks",
	    level, kind_names[kind]);
	ok(large == 0, "level %d, %s: never more than 0.01 %% larger", level,
	    kind_names[kind]);
}

/* What is better than the level is found: noise is stored, digits stand alone
 * or get fewer matches, and repeated noise is no noise. */
static void
ways(unsigned char *data, unsigned char *out)
{
	struct encoder *fast = encoder_new(1, 3), *dense = encoder_new(4, 9);
	z_stream z = { 0 };
	size_t size;

	make_data(1, data);
	ok(encoder_piece(dense, 9, data, BLOCK, 0, true, out) ==
	    BLOCK + 5 * 17, "noise is stored");
	for (size_t i = 3000; i < BLOCK; i++)
		data[i] = data[i - 3000];
	ok(encoder_piece(fast, 1, data, BLOCK, 0, true, out) < BLOCK / 4 * 3,
	    "noise that comes again is not");
	make_data(4, data);
	size = encoder_piece(fast, 1, data, BLOCK, 0, true, out);
	/* 13 values and the end of the block: 3 codes of 3 bits, 9 of 4, and
	 * two of 5 */
	ok(size * 800 > (size_t)BLOCK * 384 && size * 800 < (size_t)BLOCK * 386,
	    "digits stand alone with a fast level");
	deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
	z.next_in = data;
	z.avail_in = BLOCK;
	z.next_out = out;
	z.avail_out = BLOCK;
	deflate(&z, Z_FINISH);
	size = z.total_out;
	deflateEnd(&z);
	ok(encoder_piece(dense, 6, data, BLOCK, 0, true, out) <
	    size - size / 50, "and are smaller than zlib's with a dense one");
	encoder_free(fast);
	encoder_free(dense);
}

/* Adapting changes the stream, never the data. */
static void
adapting(const unsigned char *data, unsigned char *out, unsigned char *back)
{
	struct ends s = { .data = data, .len = MOST, .out = out,
	    .room = MOST * 2, .rng = 1 };
	struct deflate_sum sum;

	ok(stream(DEFLATE_ADAPT, 2, &s, &sum) &&
	    inflates_to(s.out, s.size, data, MOST, back),
	    "DEFLATE_ADAPT inflates, too");
}

/* A failed stream leaves the engine fit for the next one. */
static void
failures(const unsigned char *data, unsigned char *out, unsigned char *back)
{
	struct err e = ERR_NONE;
	struct deflate *d = deflate_new(1, 2, 5, &e);
	struct ends s = { .data = data, .len = MOST, .out = out,
	    .room = MOST * 2, .fail_read = 2 * BLOCK + 5, .rng = 1,
	    .cut = 100000 };
	struct deflate_ends ends = { read_some, &s, write_all, NULL, &s };

	ok(!run(d, &ends, &e) && e.code == EXIT_IO,
	    "a read error comes through");
	s.at = s.size = s.fail_read = 0;
	s.fail_write = 1000;
	ok(!run(d, &ends, &e) && e.code == EXIT_PIPE,
	    "a write error comes through");
	s.at = s.size = s.fail_write = 0;
	ok(run(d, &ends, &e) &&
	    inflates_to(s.out, s.size, data, MOST, back),
	    "the next stream is whole");
	deflate_free(d);
	ok(deflate_new(10, 1, 3, &e) == NULL && e.code == EXIT_INTERNAL,
	    "a level that is none is refused");
	ok(encoder_new(-1, 1) == NULL && encoder_new(2, 1) == NULL &&
	    encoder_new(0, 10) == NULL, "by the encoder, too");
	deflate_free(NULL);
	encoder_free(NULL);
}

int
main(void)
{
	unsigned char *data = malloc(MOST), *back = malloc(MOST + 1);
	unsigned char *out = malloc(MOST * 2), *other = malloc(MOST * 2);

	if (data == NULL || back == NULL || out == NULL || other == NULL)
		return 1;
	for (int kind = 0; kind < KINDS; kind++) {
		make_data(kind, data);
		for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
			round_trips(levels[i], kind, data, out, other, back);
	}
	adapting(data, out, back);
	failures(data, out, back);
	ways(data, out);
	free(data);
	free(back);
	free(out);
	free(other);
	return tap_done();
}
