/* Each body of the CRC against its definition bit by bit. */

#include "aws/crc64.h"
#include "tap.h"

enum { MOST = 4096, LINE = 64, BIG = 100000 };

/* Where a text may begin in a cache line; loads need no alignment. */
static const size_t offsets[] = { 0, 1, 7, 8, 15, 16, 31, 33, 48, 63 };

static _Alignas(LINE) uint8_t data[BIG + LINE];

/* The definition: a bit at a time. */
static uint64_t
by_bits(uint64_t crc, const uint8_t *p, size_t len)
{
	crc = ~crc;
	for (; len > 0; len--, p++)
		for (int i = 0; i < 8; i++) {
			uint64_t bit = (crc ^ *p >> i) & 1;

			crc = crc >> 1 ^ (bit ? 0x9a6c9329ac4bc9b5U : 0);
		}
	return ~crc;
}

/* Check values: the catalogue of parametrised CRC algorithms (CRC-64/NVME), and
 * the test cases of the NVM command set specification: 4 KiB of zeros, of ones,
 * and of 00 to ff again and again. */
static bool
published(const struct crc64_body *body)
{
	static uint8_t zeros[4096], ones[4096], count[4096];

	for (size_t i = 0; i < sizeof ones; i++) {
		ones[i] = 0xff;
		count[i] = (uint8_t)i;
	}
	return body->add(0, "123456789", 9) == 0xae8b14860a799888 &&
	    body->add(0, zeros, sizeof zeros) == 0x6482d367eb22b64e &&
	    body->add(0, ones, sizeof ones) == 0xc0ddba7302eca3ac &&
	    body->add(0, count, sizeof count) == 0x3e729f5f6750449c &&
	    body->add(0, "", 0) == 0;
}

/* After any text before: every length, at several places of a cache line. */
static bool
lengths(const struct crc64_body *body)
{
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		const uint8_t *p = data + offsets[i];
		const uint64_t before = i * 0x9e3779b97f4a7c15U;
		uint64_t want = before;

		for (size_t len = 0; len <= MOST; len++) {
			if (body->add(before, p, len) != want)
				return false;
			want = by_bits(want, p + len, 1);
		}
	}
	return true;
}

static bool
pieces(const struct crc64_body *body)
{
	const uint64_t whole = by_bits(0, data, BIG);

	for (size_t cut = 0; cut <= BIG; cut += 1777) {
		uint64_t a = body->add(0, data, cut);

		if (body->add(a, data + cut, BIG - cut) != whole)
			return false;
	}
	return true;
}

int
main(void)
{
	const struct crc64_body *best = NULL;
	uint32_t x = 1;

	for (size_t i = 0; i < sizeof data; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (uint8_t)(x >> 24);
	}
	for (const struct crc64_body *b = crc64nvme_bodies; b->name != NULL;
	    b++) {
		if (!b->runs()) {
			printf("# this machine has no %s\n", b->name);
			continue;
		}
		if (best == NULL)
			best = b;
		ok(published(b), "%s: published values", b->name);
		ok(lengths(b), "%s: lengths 0 to %d", b->name, MOST);
		ok(pieces(b), "%s: a long text in two pieces", b->name);
	}
	ok(best != NULL && crc64nvme(5, data, BIG) == best->add(5, data, BIG) &&
	    crc64nvme(5, data, BIG) == by_bits(5, data, BIG), "the one taken");
	return tap_done();
}
