/* scan_avx2: the walk with loops in steps of 32 bytes. */
#include "formats/scan.h"

#ifdef __x86_64__
#include <immintrin.h>

#define WALK
#define WALK_TARGET __attribute__((target("avx2,bmi")))

WALK_TARGET static inline const char *
string_stop(const char *p)
{
	const __m256i quote = _mm256_set1_epi8('"'),
	    backslash = _mm256_set1_epi8('\\'),
	    control = _mm256_set1_epi8(0x1f);
	unsigned stops;
	__m256i v;

	for (;; p += 32) {
		v = _mm256_loadu_si256((const __m256i *)(const void *)p);
		stops = (unsigned)_mm256_movemask_epi8(_mm256_or_si256(
		    _mm256_or_si256(_mm256_cmpeq_epi8(v, quote),
		    _mm256_cmpeq_epi8(v, backslash)),
		    _mm256_cmpeq_epi8(_mm256_min_epu8(v, control), v)));
		if (stops != 0)
			return p + __builtin_ctz(stops);
	}
}

WALK_TARGET static inline const char *
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

#include "formats/walk.h"

const struct scan_body scan_avx2 = { "avx2", walk };
#endif
