/* CRC-64/NVME: eight bytes a step by tables, and the best body there is. */
#include "aws/crc64.h"

#ifdef __aarch64__
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

uint64_t
crc64nvme_remainder(uint64_t r, const uint8_t *p, size_t len)
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
	return ~crc64nvme_remainder(~crc, data, len);
}

#if defined(__x86_64__)
static bool
can_pclmul(void)
{
	return __builtin_cpu_supports("pclmul");
}

static bool
can_vpclmul(void)
{
	return __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("vpclmulqdq");
}
#elif defined(__aarch64__)
static bool
can_pmull(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_PMULL) != 0;
}
#endif

static bool
can_plain(void)
{
	return true;
}

const struct crc64_body crc64nvme_bodies[] = {
#if defined(__x86_64__)
	{ "AVX-512", can_vpclmul, crc64nvme_vpclmul },
	{ "PCLMUL", can_pclmul, crc64nvme_pclmul },
#elif defined(__aarch64__)
	{ "PMULL", can_pmull, crc64nvme_pmull },
#endif
	{ "plain C", can_plain, crc64nvme_plain },
	{ NULL, NULL, NULL }
};

uint64_t
crc64nvme(uint64_t crc, const void *data, size_t len)
{
	const struct crc64_body *body = crc64nvme_bodies;

	while (!body->runs())
		body++;
	return body->add(crc, data, len);
}
