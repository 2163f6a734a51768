/* S3's checksums: ISA-L's CRCs, our own for the one it has not, libcrypto. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <isa-l/crc.h>

#include "base/encoding.h"
#include "aws/checksum.h"
#include "aws/crc64.h"

static const struct {
	const char *name, *header;
	int bits;			/* 0: no CRC */
	uint64_t polynomial;		/* reflected */
} kinds[] = {
	[CHECKSUM_NONE] = { "NONE", NULL, 0, 0 },
	[CHECKSUM_CRC64NVME] = { "CRC64NVME", "x-amz-checksum-crc64nvme", 64,
	    0x9a6c9329ac4bc9b5U },
	[CHECKSUM_CRC32] = { "CRC32", "x-amz-checksum-crc32", 32,
	    0xedb88320U },
	[CHECKSUM_CRC32C] = { "CRC32C", "x-amz-checksum-crc32c", 32,
	    0x82f63b78U },
	[CHECKSUM_SHA256] = { "SHA256", "x-amz-checksum-sha256", 0, 0 },
};

bool
checksum_parse(const char *name, enum checksum *kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcasecmp(name, kinds[i].name) == 0) {
			*kind = (enum checksum)i;
			return true;
		}
	return false;
}

const char *
checksum_name(enum checksum kind)
{
	return kind == CHECKSUM_NONE ? NULL : kinds[kind].name;
}

const char *
checksum_header(enum checksum kind)
{
	return kinds[kind].header;
}

uint64_t
checksum_crc(enum checksum kind, uint64_t crc, const void *data, size_t len)
{
	uint32_t low = (uint32_t)crc;

	switch (kind) {
	case CHECKSUM_CRC64NVME:
		return crc64nvme(crc, data, len);
	case CHECKSUM_CRC32:
		return crc32_gzip_refl(low, data, len);
	case CHECKSUM_CRC32C:
		/* Its length is an int, and it inverts nothing. */
		for (const uint8_t *p = data; len > 0;) {
			size_t n = len < 1 << 30 ? len : 1 << 30;

			low = ~crc32_iscsi((unsigned char *)(uintptr_t)p,
			    (int)n, ~low);
			p += n;
			len -= n;
		}
		return low;
	default:
		return 0;
	}
}

/* The product of two reflected polynomials modulo a third. */
static uint64_t
multiply(uint64_t a, uint64_t b, uint64_t polynomial, int bits)
{
	uint64_t product = 0;

	for (uint64_t bit = (uint64_t)1 << (bits - 1); bit != 0; bit >>= 1) {
		if (a & bit)
			product ^= b;
		b = b >> 1 ^ (b & 1 ? polynomial : 0);
	}
	return product;
}

uint64_t
checksum_combine(enum checksum kind, uint64_t a, uint64_t b, uint64_t len_b)
{
	const uint64_t polynomial = kinds[kind].polynomial;
	const int bits = kinds[kind].bits;
	uint64_t shift, power;

	if (bits == 0)
		return 0;
	shift = (uint64_t)1 << (bits - 1);	/* x^0 */
	power = (uint64_t)1 << (bits - 9);	/* x^8: one byte */
	for (; len_b != 0; len_b >>= 1) {
		if (len_b & 1)
			shift = multiply(shift, power, polynomial, bits);
		power = multiply(power, power, polynomial, bits);
	}
	return multiply(a, shift, polynomial, bits) ^ b;
}

void
checksum_write_crc(enum checksum kind, uint64_t crc, char out[CHECKSUM_TEXT])
{
	int bits = kinds[kind].bits;
	uint8_t bytes[8];

	for (int i = 0; i < bits / 8; i++)
		bytes[i] = (uint8_t)(crc >> (bits - 8 - 8 * i));
	base64_write(out, bytes, (size_t)(bits / 8));
}

void
checksum_write_sha256(const uint8_t digest[SHA256_SIZE],
    char out[CHECKSUM_TEXT])
{
	base64_write(out, digest, SHA256_SIZE);
}

int
checksum_composite(const uint8_t *digests, unsigned n,
    char out[CHECKSUM_TEXT], struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	size_t len;

	if (sha256_of(digests, (size_t)n * SHA256_SIZE, digest, e) != 0)
		return -1;
	checksum_write_sha256(digest, out);
	len = strlen(out);
	snprintf(out + len, CHECKSUM_TEXT - len, "-%u", n);
	return 0;
}
