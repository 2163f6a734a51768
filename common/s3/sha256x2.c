/* Two SHA-256 chains through the SHA instructions of x86-64. */
#include <string.h>

#include "s3/sha256x2.h"

enum { BLOCK = 64, LENGTH_AT = 56 };

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define TARGET __attribute__((target("sha,sse4.1")))

static const uint32_t rounds[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/*
 * What the instructions work on: the words a to h as two vectors, ABEF and
 * CDGH, and four vectors of the message schedule.
 */
struct lane {
	__m128i abef, cdgh, words[4];
};

static inline TARGET __m128i
load(const void *p)
{
	return _mm_loadu_si128(p);
}

/* From the order abcd, efgh of the standard, and back. */
static inline TARGET void
lane_begin(struct lane *lane, const uint32_t state[8])
{
	__m128i badc = _mm_shuffle_epi32(load(state), 0xb1);
	__m128i hgfe = _mm_shuffle_epi32(load(state + 4), 0x1b);

	lane->abef = _mm_alignr_epi8(badc, hgfe, 8);
	lane->cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
}

static inline TARGET void
lane_end(const struct lane *lane, uint32_t state[8])
{
	__m128i feba = _mm_shuffle_epi32(lane->abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(lane->cdgh, 0xb1);

	_mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static inline TARGET void
lane_load(struct lane *lane, const uint8_t *block)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);

	for (int i = 0; i < 4; i++)
		lane->words[i] = _mm_shuffle_epi8(load(block + 16 * i),
		    big_endian);
}

/* Four rounds: two with the low half of words and constants, two with the
 * high one.  The halves are separate so that lanes can take turns. */
static inline TARGET __m128i
lane_low(struct lane *lane, int i)
{
	__m128i sum = _mm_add_epi32(lane->words[i & 3], load(rounds + 4 * i));

	lane->cdgh = _mm_sha256rnds2_epu32(lane->cdgh, lane->abef, sum);
	return _mm_shuffle_epi32(sum, 0x0e);
}

static inline TARGET void
lane_high(struct lane *lane, __m128i sum)
{
	lane->abef = _mm_sha256rnds2_epu32(lane->abef, lane->cdgh, sum);
}

/* The schedule's next four words take the place of the oldest. */
static inline TARGET void
lane_schedule(struct lane *lane, int i)
{
	__m128i *w = lane->words, last = w[(i + 3) & 3];
	__m128i next = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);

	next = _mm_add_epi32(next, _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
	w[i & 3] = _mm_sha256msg2_epu32(next, last);
}

TARGET static void
two_blocks(struct lane *a, struct lane *b)
{
	const struct lane a_before = *a, b_before = *b;

#pragma GCC unroll 16
	for (int i = 0; i < 16; i++) {
		__m128i a_sum = lane_low(a, i), b_sum = lane_low(b, i);

		lane_high(a, a_sum);
		lane_high(b, b_sum);
		if (i < 12) {
			lane_schedule(a, i);
			lane_schedule(b, i);
		}
	}
	a->abef = _mm_add_epi32(a->abef, a_before.abef);
	a->cdgh = _mm_add_epi32(a->cdgh, a_before.cdgh);
	b->abef = _mm_add_epi32(b->abef, b_before.abef);
	b->cdgh = _mm_add_epi32(b->cdgh, b_before.cdgh);
}

TARGET static void
compress(uint32_t state[2][8], const uint8_t *a, const uint8_t *b,
    size_t blocks)
{
	struct lane lanes[2];

	lane_begin(&lanes[0], state[0]);
	lane_begin(&lanes[1], state[1]);
	for (; blocks > 0; blocks--, a += BLOCK, b += BLOCK) {
		lane_load(&lanes[0], a);
		lane_load(&lanes[1], b);
		two_blocks(&lanes[0], &lanes[1]);
	}
	lane_end(&lanes[0], state[0]);
	lane_end(&lanes[1], state[1]);
}

/* CPUID leaf 7: SHA; SSE4.1 and SSSE3 by the compiler's name. */
bool
sha256x2_gains(void)
{
	unsigned a, b, c, d;

	return __builtin_cpu_supports("sse4.1") &&
	    __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}
#else
bool
sha256x2_gains(void)
{
	return false;
}

static void
compress(uint32_t state[2][8], const uint8_t *a, const uint8_t *b,
    size_t blocks)
{
	(void)state;
	(void)a;
	(void)b;
	(void)blocks;
}
#endif

int
sha256x2_start(struct sha256x2 *h, bool paired, struct err *e)
{
	static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372,
		0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	h->paired = paired;
	h->bytes = 0;
	memcpy(h->lanes[0], first, sizeof first);
	memcpy(h->lanes[1], first, sizeof first);
	if (paired)
		return 0;
	return sha256_start(&h->streams[0], e) != 0 ? -1 :
	    sha256_start(&h->streams[1], e);
}

int
sha256x2_add(struct sha256x2 *h, const void *a, const void *b, size_t len,
    struct err *e)
{
	const size_t whole = len / BLOCK * BLOCK;

	if (!h->paired)
		return sha256_add(&h->streams[0], a, len, e) != 0 ? -1 :
		    sha256_add(&h->streams[1], b, len, e);
	compress(h->lanes, a, b, len / BLOCK);
	memcpy(h->rest[0], (const uint8_t *)a + whole, len - whole);
	memcpy(h->rest[1], (const uint8_t *)b + whole, len - whole);
	h->bytes += len;
	return 0;
}

/* After the rest a one, zeros, and the length in bits.  How many blocks? */
static size_t
pad(uint8_t last[2 * BLOCK], const uint8_t rest[BLOCK], uint64_t bytes)
{
	size_t len = bytes % BLOCK, size = len < LENGTH_AT ? BLOCK : 2 * BLOCK;
	uint64_t bits = bytes * 8;

	memset(last, 0, size);
	memcpy(last, rest, len);
	last[len] = 0x80;
	for (uint8_t *p = last + size; bits != 0; bits >>= 8)
		*--p = (uint8_t)bits;
	return size / BLOCK;
}

static void
write_digest(uint8_t out[SHA256_SIZE], const uint32_t state[8])
{
	for (int i = 0; i < SHA256_SIZE; i++)
		out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

int
sha256x2_end(struct sha256x2 *h, uint8_t a[SHA256_SIZE],
    uint8_t b[SHA256_SIZE], struct err *e)
{
	uint8_t last[2][2 * BLOCK];

	if (!h->paired)
		return sha256_end(&h->streams[0], a, e) != 0 ? -1 :
		    sha256_end(&h->streams[1], b, e);
	pad(last[0], h->rest[0], h->bytes);
	compress(h->lanes, last[0], last[1],
	    pad(last[1], h->rest[1], h->bytes));
	write_digest(a, h->lanes[0]);
	write_digest(b, h->lanes[1]);
	return 0;
}

void
sha256x2_free(struct sha256x2 *h)
{
	sha256_free(&h->streams[0]);
	sha256_free(&h->streams[1]);
}
