/* crc64_vpclmul: the CRC in vectors of 64 bytes. */
#include "aws/crc64.h"

#ifdef __x86_64__
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,vpclmulqdq")))
#define WIDTH 64
#define FOUR FACTORS_2048
#define ONE FACTORS_512
#define vector __m512i
#define load(p) _mm512_loadu_si512(p)
#define store(p, v) _mm512_storeu_si512(p, v)
#define all(...) _mm512_broadcast_i32x4(words(__VA_ARGS__))
#define words(low, high) _mm_set_epi64x((long long)(high), (long long)(low))
#define first(r) _mm512_zextsi128_si512(words(r, 0))
#define xor(a, b) _mm512_xor_si512(a, b)
/* 0x96 is the truth table of an exclusive or of three. */
#define fold(a, by, next) _mm512_ternarylogic_epi64( \
	_mm512_clmulepi64_epi128(a, by, 0x00), \
	_mm512_clmulepi64_epi128(a, by, 0x11), next, 0x96)

#include "aws/crc64_fold.h"

uint64_t
crc64nvme_vpclmul(uint64_t crc, const void *data, size_t len)
{
	return len < 4 * WIDTH ? crc64nvme_pclmul(crc, data, len) :
	    ~fold_all(~crc, data, len);
}
#endif
