/* crc64_pclmul: the CRC in vectors of 16 bytes. */
#include "aws/crc64.h"

#ifdef __x86_64__
#include <immintrin.h>

#define TARGET __attribute__((target("pclmul,sse2")))
#define WIDTH 16
#define FOUR FACTORS_512
#define ONE FACTORS_128
#define vector __m128i
#define load(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define store(p, v) _mm_storeu_si128((__m128i *)(void *)(p), v)
#define all(...) words(__VA_ARGS__)
#define words(low, high) _mm_set_epi64x((long long)(high), (long long)(low))
#define first(r) words(r, 0)
#define xor(a, b) _mm_xor_si128(a, b)
#define fold(a, by, next) xor(xor(_mm_clmulepi64_si128(a, by, 0x00), \
	_mm_clmulepi64_si128(a, by, 0x11)), next)

#include "aws/crc64_fold.h"

uint64_t
crc64nvme_pclmul(uint64_t crc, const void *data, size_t len)
{
	return len < 4 * WIDTH ? crc64nvme_plain(crc, data, len) :
	    ~fold_all(~crc, data, len);
}
#endif
