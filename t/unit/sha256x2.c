/* Two digests at once against libcrypto's, one at a time. */
#include <stdlib.h>
#include <string.h>

#include "s3/sha256x2.h"
#include "tap.h"

enum { MOST = 300000 };

static struct err e = ERR_NONE;
static uint8_t text[2][MOST];

/* Both texts, len bytes of each, in pieces of step. */
static bool
same(struct sha256x2 *h, bool paired, size_t len, size_t step)
{
	uint8_t want[2][SHA256_SIZE], got[2][SHA256_SIZE];
	int bad = sha256x2_start(h, paired, &e);

	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;

		bad |= sha256x2_add(h, text[0] + at, text[1] + at, n, &e);
	}
	bad |= sha256x2_end(h, got[0], got[1], &e);
	bad |= sha256_of(text[0], len, want[0], &e);
	bad |= sha256_of(text[1], len, want[1], &e);
	return bad == 0 && memcmp(want, got, sizeof want) == 0;
}

static void
test_way(bool paired)
{
	const char *way = paired ? "in lanes" : "one by one";
	struct sha256x2 h = { 0 };
	bool good = true;

	for (size_t len = 0; len <= 300; len++)
		good &= same(&h, paired, len, 64);
	ok(good, "0 to 300 bytes, %s", way);
	for (int i = 0; i < 100; i++)
		good &= same(&h, paired, (size_t)rand() % MOST,
		    64 * (1 + (size_t)rand() % 2000));
	ok(good, "100 random lengths and pieces, %s", way);
	sha256x2_free(&h);
}

int
main(void)
{
	srand(1);
	for (size_t i = 0; i < MOST; i++) {
		text[0][i] = (uint8_t)rand();
		text[1][i] = (uint8_t)(rand() >> 8);
	}
	test_way(false);
	if (sha256x2_gains())
		test_way(true);
	return tap_done();
}
