/* literals: zlib's inflate gives back what went in, whatever the counts of the
 * bytes are; entropy: its values for data whose entropy is known. */
#include "deflate/literals.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/entropy.h"
#include "inflate.h"
#include "tap.h"

enum { MOST = 600 * 1000, ROOM = 2 * MOST };

static unsigned char data[MOST], out[ROOM], back[MOST + 1];

static uint32_t
next(void)
{
	static uint32_t rng = 88172645;

	rng ^= rng << 13;
	rng ^= rng >> 17;
	rng ^= rng << 5;
	return rng;
}

/* Each distribution of values: one, two, all alike, halves (1, 2, 4 …, whose
 * codes would be long), Fibonacci's numbers (longer still), few. */
enum kind { ONE, TWO, ALL, HALVES, FIBONACCI, FEW, KINDS };
static const char *const names[KINDS] = { "one value", "two values",
    "all values alike", "halves", "Fibonacci's numbers", "few values" };

static void
make_data(enum kind kind)
{
	size_t i = 0, run = 1, before = 1, sum;

	for (unsigned v = 0; kind == FIBONACCI && v < 26; v++) {
		for (size_t k = 0; k < run && i < MOST; k++)
			data[i++] = (unsigned char)(v * 7);
		sum = run + before;
		before = run;
		run = sum;
	}
	for (; i < MOST; i++)
		data[i] = (unsigned char)(kind == ONE ? 'x' : kind == TWO ?
		    next() % 2 : kind == ALL ? next() >> 9 : kind == HALVES ?
		    (unsigned)__builtin_ctz(next() | 1U << 30) * 5 : next() % 13 + '0');
	/* so that each block of a run has all values */
	for (i = MOST - 1; kind == FIBONACCI && i > 0; i--) {
		size_t other = next() % (i + 1);
		unsigned char v = data[i];

		data[i] = data[other];
		data[other] = v;
	}
}

/* As one piece, and as two that are joined. */
static void
round_trips(enum kind kind)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 100, 262143, 262144,
	    262145, 524289, MOST };
	unsigned bad = 0, bad_joined = 0;

	make_data(kind);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t len = sizes[i], half = len / 3, size;

		bad += !inflates_to(out, literals_piece(data, len, true, out,
		    ROOM), data, len, back);
		size = literals_piece(data, half, false, out, ROOM);
		size += literals_piece(data + half, len - half, true,
		    out + size, ROOM - size);
		bad_joined += !inflates_to(out, size, data, len, back);
	}
	ok(bad == 0, "%s: inflates to the data", names[kind]);
	ok(bad_joined == 0, "%s: joined, too", names[kind]);
}

/* No byte is written behind the room. */
static void
rooms(void)
{
	unsigned bad = 0, none = 0;

	make_data(ALL);
	for (size_t room = 0; room < 5000; room += 7) {
		size_t size;

		memset(out, 0xee, 6000);
		size = literals_piece(data, 3000, true, out, room);
		none += size == 0;
		bad += size > room;
		for (size_t i = room; i < 6000; i++)
			bad += out[i] != 0xee;
	}
	ok(bad == 0 && none > 100 && none < 700, "room is kept to");
}

static void
entropies(void)
{
	const unsigned bit = ENTROPY_BIT;

	make_data(ONE);
	ok(entropy_bits(data, 0) == 0 && entropy_bits(data, 1) == 0 &&
	    entropy_bits(data, MOST) == 0, "entropy: 0 for one value");
	make_data(TWO);
	ok(entropy_bits(data, MOST) / (bit / 16) == 16, "1 for two");
	make_data(ALL);
	ok(entropy_bits(data, MOST) > bit * 79 / 10 &&
	    entropy_bits(data, MOST) < bit * 81 / 10, "8 for noise");
	make_data(FEW);
	ok(entropy_bits(data, MOST) > bit * 37 / 10 &&
	    entropy_bits(data, MOST) < bit * 38 / 10, "3.7 for 13 values");
	memset(data, 0, MOST / 2);
	ok(entropy_bits(data, MOST) > bit * 27 / 10 &&
	    entropy_bits(data, MOST) < bit * 30 / 10,
	    "all of the data is looked at");
}

int
main(void)
{
	for (enum kind kind = ONE; kind < KINDS; kind++)
		round_trips(kind);
	rooms();
	entropies();
	return tap_done();
}
