/* Both bodies of the CRC against its definition bit by bit. */

#include "s3/crc64.h"
#include "tap.h"

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

int
main(void)
{
	enum { SIZE = 5000 };
	static uint8_t data[SIZE];
	uint32_t x = 1;
	bool plain = true, fast = true, pieces = true;

	for (size_t i = 0; i < SIZE; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (uint8_t)(x >> 24);
	}
	ok(crc64nvme(0, "123456789", 9) == 0xae8b14860a799888, "check value");
	ok(crc64nvme(0, "", 0) == 0, "nothing");
	for (size_t len = 0; len <= 700; len++)
		for (size_t at = 0; at < 24; at += 5) {
			uint64_t want = by_bits(len * 77, data + at, len);

			plain &= crc64nvme_plain(len * 77, data + at, len) ==
			    want;
			fast &= crc64nvme(len * 77, data + at, len) == want;
		}
	ok(plain, "tables equal the definition at 700 lengths");
	ok(fast, "folding equals the definition at 700 lengths");
	for (size_t cut = 0; cut <= SIZE; cut += 37) {
		uint64_t whole = by_bits(0, data, SIZE);
		uint64_t a = crc64nvme(0, data, cut);

		pieces &= crc64nvme(a, data + cut, SIZE - cut) == whole;
	}
	ok(pieces, "a text in two pieces");
	return tap_done();
}
