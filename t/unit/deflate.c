/* deflate: zlib's inflate gives back what went in; the stream is the same for
 * any number of threads and any cutting of the input. */
#include "deflate/deflate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/encoder.h"
#include "deflate/join.h"
#include "inflate.h"
#include "tap.h"

enum { BLOCK = DEFLATE_BLOCK, MOST = 2 * BLOCK + 77, KINDS = 5 };

static const char *const kind_names[KINDS] = { "zeros", "noise", "text", "mix",
    "digits" };
static const size_t sizes[] = { 0, 1, 2, 300, 65536, BLOCK - 1, BLOCK,
    BLOCK + 1, 2 * BLOCK, MOST };
static const int levels[] = { 0, 1, 2, 3, 4, 7, 9 };

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

/* Noise is stored, but repeated noise is no noise. */
static void
noise(unsigned char *data, unsigned char *out)
{
	static const int both[] = { 1, 9 };
	const struct encoder_block b = { .data = data, .len = BLOCK,
	    .last = true };
	struct encoder *c = encoder_new(both, 2);

	make_data(1, data);
	for (unsigned i = 0; i < 2; i++)
		ok(encoder_piece(c, both[i], &b, out) == BLOCK + 5 * 17, "noise is stored");
	for (size_t i = 3000; i < BLOCK; i++)
		data[i] = data[i - 3000];
	for (unsigned i = 0; i < 2; i++)
		ok(encoder_piece(c, both[i], &b, out) < BLOCK / 4 * 3, "noise that comes again is not");
	encoder_free(c);
}

/*
 * Bytes below 100 of which no three come again: there is no match.  libdeflate
 * 1.14 writes an incomplete code of distances then, which RFC 1951 allows and
 * Windows Explorer refuses; a piece has none.
 */
static void
no_distance(unsigned char *data, unsigned char *out, unsigned char *back)
{
	enum { LEN = 12000, VALUES = 100 };
	static const int level = 7;
	static bool seen[VALUES * VALUES * VALUES];
	const struct encoder_block b = { .data = data, .len = LEN,
	    .last = true };
	const struct join_data want = { data, LEN, 0 };
	struct encoder *c = encoder_new(&level, 1);
	uint32_t rng = 5, last = 0, key;
	size_t size;
	struct join j;

	for (size_t len = 0; len < LEN; len++) {
		do {
			data[len] = (unsigned char)(next(&rng) % VALUES);
			key = (last * VALUES + data[len]) %
			    (VALUES * VALUES * VALUES);
		} while (seen[key]);
		seen[key] = true;
		last = key % (VALUES * VALUES);
	}
	size = encoder_piece(c, level, &b, out);
	ok(size < LEN - LEN / 20 &&
	    inflates_to(out, size, data, LEN, back) &&
	    join_walk(&j, out, size, &want) == 0 && !j.incomplete, "no match: no incomplete code in the piece");
	encoder_free(c);
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
	static const int wrong[] = { -1, 5, 10 };
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
	ok(encoder_new(wrong, 1) == NULL && encoder_new(wrong + 1, 2) == NULL,
	    "by the encoder, too");
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
	noise(data, out);
	no_distance(data, out, back);
	free(data);
	free(back);
	free(out);
	free(other);
	return tap_done();
}
