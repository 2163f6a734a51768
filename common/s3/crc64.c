/* CRC-64/NVME: eight bytes a step by tables, sixty-four by folding. */
#include <stdbool.h>
#include <string.h>

#include "s3/crc64.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

/*
 * Bits are reflected throughout: the lowest bit is the highest power of x.
 * Row k of the table is the effect of a byte that k others follow.  A row is
 * linear, so it is given by the effect of its eight single bits.
 */
#define BIT(b, i, t) (((b) >> (i) & 1) ? (uint64_t)(t) : 0)
#define T1(b, t0, t1, t2, t3, t4, t5, t6, t7) (BIT(b, 0, t0) ^ \
	BIT(b, 1, t1) ^ BIT(b, 2, t2) ^ BIT(b, 3, t3) ^ BIT(b, 4, t4) ^ \
	BIT(b, 5, t5) ^ BIT(b, 6, t6) ^ BIT(b, 7, t7))
#define T4(b, ...) T1(b, __VA_ARGS__), T1(b + 1, __VA_ARGS__), \
	T1(b + 2, __VA_ARGS__), T1(b + 3, __VA_ARGS__)
#define T16(b, ...) T4(b, __VA_ARGS__), T4(b + 4, __VA_ARGS__), \
	T4(b + 8, __VA_ARGS__), T4(b + 12, __VA_ARGS__)
#define T64(b, ...) T16(b, __VA_ARGS__), T16(b + 16, __VA_ARGS__), \
	T16(b + 32, __VA_ARGS__), T16(b + 48, __VA_ARGS__)
#define ROW(...) { T64(0, __VA_ARGS__), T64(64, __VA_ARGS__), \
	T64(128, __VA_ARGS__), T64(192, __VA_ARGS__) }

static const uint64_t row[8][256] = {
	ROW(0x7f6ef0c830358979U, 0xfedde190606b12f2U, 0xc962e5739841b68fU,
	    0xa61cecb46814fe75U, 0x78e0ff3b88be6f81U, 0xf1c1fe77117cdf02U,
	    0xd75adabd7a6e2d6fU, 0x9a6c9329ac4bc9b5U),
	ROW(0x8776a97d73bddf69U, 0x3a3474a9bfec2db9U, 0x7468e9537fd85b72U,
	    0xe8d1d2a6ffb0b6e4U, 0xe57a831ea7f6fea3U, 0xfe2c206e177a6e2dU,
	    0xc881668f76634f31U, 0xa5dbeb4db4510d09U),
	ROW(0xff6e4e1f4e4038beU, 0xca05ba6dc417e217U, 0xa0d25288d0b85745U,
	    0x757d8342f9e73de1U, 0xeafb0685f3ce7bc2U, 0xe12f2b58bf0b64efU,
	    0xf68770e226815ab5U, 0xd9d7c79715952601U),
	ROW(0x8211147cbaf96306U, 0x30fb0eaa2d655567U, 0x61f61d545acaaaceU,
	    0xc3ec3aa8b595559cU, 0xb301530233bd3853U, 0x52db80573fede3cdU,
	    0xa5b700ae7fdbc79aU, 0x7fb7270fa7201c5fU),
	ROW(0x373d15f784905d1eU, 0x6e7a2bef0920ba3cU, 0xdcf457de12417478U,
	    0x8d3189ef7c157b9bU, 0x2eba358da0bd645dU, 0x5d746b1b417ac8baU,
	    0xbae8d63682f59174U, 0x41088a3e5d7cb183U),
	ROW(0xe9742a79ef04a5d4U, 0xe63172a0869ed8c3U, 0xf8bbc31255aa22edU,
	    0xc5aea077f3c3d6b1U, 0xbf8466bcbf103e09U, 0x4bd1eb2a26b7ef79U,
	    0x97a3d6544d6fdef2U, 0x1b9e8afbc2482e8fU),
	ROW(0xfc5d27f6bf353971U, 0xcc6369be26fde189U, 0xac1ff52f156c5079U,
	    0x6ce6cc0d724f3399U, 0xd9cd981ae49e6732U, 0x8742166691ab5d0fU,
	    0x3a5d0a9e7bc12975U, 0x74ba153cf78252eaU),
	ROW(0x21e9761e252621acU, 0x43d2ec3c4a4c4358U, 0x87a5d878949886b0U,
	    0x3b9296a271a69e0bU, 0x77252d44e34d3c16U, 0xee4a5a89c69a782cU,
	    0xe84d9340d5a36333U, 0xe44200d2f3d1550dU),
};

static uint64_t
little_endian(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	    (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	    (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	    (uint64_t)p[7] << 56;
}

/* The remainder goes on, without the inversions at both ends. */
static uint64_t
tables(uint64_t r, const uint8_t *p, size_t len)
{
	for (; len >= 8; len -= 8, p += 8) {
		r ^= little_endian(p);
		r = row[7][r & 255] ^ row[6][r >> 8 & 255] ^
		    row[5][r >> 16 & 255] ^ row[4][r >> 24 & 255] ^
		    row[3][r >> 32 & 255] ^ row[2][r >> 40 & 255] ^
		    row[1][r >> 48 & 255] ^ row[0][r >> 56];
	}
	for (; len > 0; len--)
		r = row[0][(r ^ *p++) & 255] ^ r >> 8;
	return r;
}

uint64_t
crc64nvme_plain(uint64_t crc, const void *data, size_t len)
{
	return ~tables(~crc, data, len);
}

/*
 * Folding: 128 bits that stand D bits before others weigh as much as their two
 * halves times x^(D+63) and x^(D-1) modulo the polynomial (the product of two
 * reflected words comes out one power short).  Four such lanes run through the
 * data; what is left of them is 16 bytes with the same remainder.
 */
enum { FOLD_MIN = 128 };
#define FOUR_LOW 0x0c32cdb31e18a84aU	/* x^575 */
#define FOUR_HIGH 0x62242240ace5045aU	/* x^511 */
#define ONE_LOW 0xeadc41fd2ba3d420U	/* x^191 */
#define ONE_HIGH 0x21e9761e252621acU	/* x^127 */

#if defined(__x86_64__)
#define TARGET __attribute__((target("pclmul,sse2")))
typedef __m128i lane;

TARGET static lane
lane_load(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

TARGET static void
lane_store(uint8_t *p, lane a)
{
	_mm_storeu_si128((__m128i *)(void *)p, a);
}

TARGET static lane
lane_of(uint64_t low, uint64_t high)
{
	return _mm_set_epi64x((long long)high, (long long)low);
}

TARGET static lane
lane_xor(lane a, lane b)
{
	return _mm_xor_si128(a, b);
}

TARGET static lane
lane_fold(lane a, lane by)
{
	return _mm_xor_si128(_mm_clmulepi64_si128(a, by, 0x00),
	    _mm_clmulepi64_si128(a, by, 0x11));
}

static bool
can_fold(void)
{
	return __builtin_cpu_supports("pclmul");
}

#elif defined(__aarch64__) && defined(__linux__)
#define TARGET __attribute__((target("+crypto")))
typedef uint64x2_t lane;

TARGET static lane
lane_load(const uint8_t *p)
{
	return vreinterpretq_u64_u8(vld1q_u8(p));
}

TARGET static void
lane_store(uint8_t *p, lane a)
{
	vst1q_u8(p, vreinterpretq_u8_u64(a));
}

TARGET static lane
lane_of(uint64_t low, uint64_t high)
{
	return vcombine_u64(vcreate_u64(low), vcreate_u64(high));
}

TARGET static lane
lane_xor(lane a, lane b)
{
	return veorq_u64(a, b);
}

TARGET static lane
lane_fold(lane a, lane by)
{
	poly128_t low = vmull_p64((poly64_t)vgetq_lane_u64(a, 0),
	    (poly64_t)vgetq_lane_u64(by, 0));
	poly128_t high = vmull_p64((poly64_t)vgetq_lane_u64(a, 1),
	    (poly64_t)vgetq_lane_u64(by, 1));

	return veorq_u64(vreinterpretq_u64_p128(low),
	    vreinterpretq_u64_p128(high));
}

static bool
can_fold(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_PMULL) != 0;
}
#endif

#ifdef TARGET
TARGET static uint64_t
fold(uint64_t r, const uint8_t *p, size_t len)
{
	const lane four = lane_of(FOUR_LOW, FOUR_HIGH);
	const lane one = lane_of(ONE_LOW, ONE_HIGH);
	lane a = lane_xor(lane_load(p), lane_of(r, 0));
	lane b = lane_load(p + 16), c = lane_load(p + 32);
	lane d = lane_load(p + 48);
	uint8_t rest[16];

	for (p += 64, len -= 64; len >= 64; p += 64, len -= 64) {
		a = lane_xor(lane_fold(a, four), lane_load(p));
		b = lane_xor(lane_fold(b, four), lane_load(p + 16));
		c = lane_xor(lane_fold(c, four), lane_load(p + 32));
		d = lane_xor(lane_fold(d, four), lane_load(p + 48));
	}
	b = lane_xor(lane_fold(a, one), b);
	c = lane_xor(lane_fold(b, one), c);
	d = lane_xor(lane_fold(c, one), d);
	lane_store(rest, d);
	return tables(tables(0, rest, sizeof rest), p, len);
}
#endif

uint64_t
crc64nvme(uint64_t crc, const void *data, size_t len)
{
#ifdef TARGET
	if (len >= FOLD_MIN && can_fold())
		return ~fold(~crc, data, len);
#endif
	return crc64nvme_plain(crc, data, len);
}
