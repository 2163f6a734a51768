/* utf8_avx2: the check in blocks of 32 bytes. */
#include "base/utf8.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <stdbool.h>

#define TARGET __attribute__((target("avx2")))
#define WIDTH 32
#define vector __m256i
#define load(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define zero() _mm256_setzero_si256()
#define or(a, b) _mm256_or_si256(a, b)
#define and(a, b) _mm256_and_si256(a, b)
#define xor(a, b) _mm256_xor_si256(a, b)
#define any(v) (!_mm256_testz_si256(v, v))
#define before(v, last, n) \
	_mm256_alignr_epi8(v, _mm256_permute2x128_si256(last, v, 0x21), 16 - n)
#define above(v, b) _mm256_subs_epu8(v, byte(b))
#define byte(b) _mm256_set1_epi8((char)(b))
#define low(v) and(v, byte(0x0f))
#define high(v) and(_mm256_srli_epi16(v, 4), byte(0x0f))
#define look(table, v) _mm256_shuffle_epi8(_mm256_broadcastsi128_si256( \
	_mm_loadu_si128((const __m128i *)(const void *)(table))), v)

#include "base/utf8_block.h"

TARGET size_t
utf8_blocks_avx2(const void *text, size_t len)
{
	return check_blocks(text, len);
}
#endif
