/* scan_avx2: the state machine with loops in steps of 32 bytes. */
#include "json/scan.h"

#ifdef __x86_64__
#include <immintrin.h>

#define SCAN_TARGET __attribute__((target("avx2,bmi")))

/* Which of 32 bytes are b; which are below 0x20. */
SCAN_TARGET static inline unsigned
equal(__m256i v, char b)
{
	return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v,
	    _mm256_set1_epi8(b)));
}

SCAN_TARGET static inline unsigned
control(__m256i v)
{
	return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
	    _mm256_min_epu8(v, _mm256_set1_epi8(0x1f)), v));
}

/*
 * Which are one of "/bfnrt: a bit for the high half (2, 6 or 7) and the bits
 * of the high halves that go with the low half have one in common.  A byte
 * from 0x80 on looks up 0.
 */
SCAN_TARGET static inline unsigned
one_letter(__m256i v)
{
	const __m256i low = _mm256_setr_epi8(
	    0, 0, 7, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 1,
	    0, 0, 7, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 1),
	    high = _mm256_setr_epi8(
	    0, 0, 1, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0,
	    0, 0, 1, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
	__m256i half = _mm256_and_si256(_mm256_srli_epi16(v, 4),
	    _mm256_set1_epi8(0x0f));

	return ~equal(_mm256_and_si256(_mm256_shuffle_epi8(low, v),
	    _mm256_shuffle_epi8(high, half)), 0);
}

SCAN_TARGET static inline __m256i
load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

SCAN_TARGET static inline bool
name_same(const char *p, const struct recalled *r)
{
	unsigned same = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
	    load(p), load(r->text)));

	return (~same & r->mask) == 0;
}

SCAN_TARGET static inline const char *
name_stop(const char *p)
{
	unsigned stops;
	__m256i v;

	for (;; p += 32) {
		v = load(p);
		stops = equal(v, '"') | equal(v, '\\') | control(v);
		if (stops != 0)
			return p + __builtin_ctz(stops);
	}
}

/*
 * Backslashes that stand alone, each before one letter, are passed together.
 * The block begins outside of an escape, so its first stop is never escaped;
 * one that ends with a backslash gives that to the next block.
 */
SCAN_TARGET static inline const char *
text_stop(const char *p)
{
	unsigned backslash, escaped, quote, stops, strange;
	__m256i v;

	for (;; p += 32) {
		v = load(p);
		backslash = equal(v, '\\');
		quote = equal(v, '"');
		escaped = backslash << 1;
		stops = (quote & ~escaped) | control(v);
		strange = escaped & ~one_letter(v);
		if ((stops | strange | backslash >> 31) == 0)
			continue;
		if (strange != 0)
			return p + __builtin_ctz(quote | control(v) |
			    backslash);
		if (stops != 0)
			return p + __builtin_ctz(stops);
		p--;
	}
}

SCAN_TARGET static inline const char *
digits_stop(const char *p)
{
	const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
	unsigned digits;
	__m256i v;

	for (;; p += 32) {
		v = _mm256_sub_epi8(_mm256_loadu_si256(
		    (const __m256i *)(const void *)p), zero);
		digits = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
		    _mm256_min_epu8(v, nine), v));
		if (digits != UINT32_MAX)
			return p + __builtin_ctz(~digits);
	}
}

#define SCAN_BODY scan_avx2
#define SCAN_BODY_NAME "avx2"
#include "json/scan_machine.c"
#endif
