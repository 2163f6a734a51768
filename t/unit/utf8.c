/* Unit test of utf8: table 3-7, and the blocks against the plain check. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tap.h"

enum { AROUND = 200 };

/* Encodes any number below 2^21 in n bytes, right or wrong. */
static void
encode(unsigned char *to, uint32_t c, int n)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	int i;

	for (i = n - 1; i > 0; i--) {
		to[i] = (unsigned char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	to[0] = (unsigned char)(lead[n] | c);
}

static bool
right(uint32_t c, int n)
{
	int least = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	return n == least && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

/* Every number in every length, in the middle of ASCII. */
static void
test_all(void)
{
	static const uint32_t end[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };
	unsigned char text[AROUND];
	size_t at, wrong = 0, wrong_plain = 0, want;
	uint32_t c;
	int n;

	for (n = 1; n <= 4; n++) {
		for (c = 0; c < end[n]; c++) {
			memset(text, 'x', sizeof(text));
			at = 40 + c % 64;
			encode(text + at, c, n);
			want = right(c, n) ? sizeof(text) : at;
			wrong += utf8_check(text, sizeof(text)) != want;
			wrong_plain += utf8_check_plain(text,
			    sizeof(text)) != want;
		}
	}
	ok(wrong == 0, "all characters, right and wrong");
	ok(wrong_plain == 0, "the same in plain C");
}

/* All pairs and many triples of bytes, everywhere in a block, then cut. */
static void
test_bytes(void)
{
	static const unsigned char some[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f,
		0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
		0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
	unsigned char text[AROUND];
	size_t i, at, wrong = 0, n = sizeof(some), cut;
	unsigned long k;

	for (k = 0; k < n * n * n * n; k++) {
		memset(text, 'x', sizeof(text));
		at = k % 130;
		for (i = 0; i < 4; i++)
			text[at + i] = some[k / (i == 0 ? 1 : i == 1 ? n :
			    i == 2 ? n * n : n * n * n) % n];
		cut = k % 7 == 0 ? at + 1 + k % 5 : sizeof(text);
		wrong += utf8_check(text, cut) != utf8_check_plain(text, cut);
	}
	ok(wrong == 0, "four bytes anywhere: as the plain check");
}

/* Long text of all kinds of characters, whole and from everywhere on. */
static void
test_text(void)
{
	unsigned char text[4096];
	size_t len = 0, i, wrong = 0;
	uint32_t c, seed = 1;
	int n;

	while (len < sizeof(text) - 4) {
		seed = seed * 1664525 + 1013904223;
		c = (seed >> 8) % (seed % 3 == 0 ? 0x80 : seed % 5 == 0 ?
		    0x110000 : 0x3100);
		n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		if (!right(c, n))
			continue;
		encode(text + len, c, n);
		len += (size_t)n;
	}
	ok(utf8_check(text, len) == len, "a long text");
	for (i = 0; i < len; i++) {
		wrong += utf8_check(text + i, len - i) !=
		    utf8_check_plain(text + i, len - i);
		wrong += utf8_check(text, i) != utf8_check_plain(text, i);
	}
	ok(wrong == 0, "from and up to any byte of it");
	for (i = 0; i < len; i++) {
		text[i] ^= 0x80;
		wrong += utf8_check(text, len) != utf8_check_plain(text, len);
		text[i] ^= 0x80;
	}
	ok(wrong == 0, "with any byte of it changed");
}

int
main(void)
{
	test_all();
	test_bytes();
	test_text();
	return tap_done();
}
