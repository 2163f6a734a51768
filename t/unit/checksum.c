/* S3's checksums: check values of the catalogue, pieces, combinations. */
#include <stdlib.h>
#include <string.h>

#include "aws/checksum.h"
#include "tap.h"

static struct err e = ERR_NONE;

static void
test_kind(enum checksum kind, uint64_t check, const char *text)
{
	enum { SIZE = 3000 };
	static uint8_t data[SIZE];
	char out[CHECKSUM_TEXT];
	const char *name = checksum_name(kind);
	uint64_t whole;
	bool pieces = true, combined = true;

	for (size_t i = 0; i < SIZE; i++)
		data[i] = (uint8_t)(i * i * 7 + i / 3);
	ok(checksum_crc(kind, 0, "123456789", 9) == check, "%s: check value",
	    name);
	checksum_write_crc(kind, check, out);
	ok(strcmp(out, text) == 0, "%s: as S3 writes it", name);
	whole = checksum_crc(kind, 0, data, SIZE);
	for (size_t cut = 0; cut <= SIZE; cut += 50) {
		uint64_t a = checksum_crc(kind, 0, data, cut);
		uint64_t b = checksum_crc(kind, 0, data + cut, SIZE - cut);

		pieces &= checksum_crc(kind, a, data + cut, SIZE - cut) ==
		    whole;
		combined &= checksum_combine(kind, a, b, SIZE - cut) == whole;
	}
	ok(pieces, "%s: in two pieces", name);
	ok(combined, "%s: combined", name);
}

int
main(void)
{
	enum checksum kind;
	uint8_t digests[2 * SHA256_SIZE];
	char out[CHECKSUM_TEXT];

	test_kind(CHECKSUM_CRC64NVME, 0xae8b14860a799888, "rosUhgp5mIg=");
	test_kind(CHECKSUM_CRC32, 0xcbf43926, "y/Q5Jg==");
	test_kind(CHECKSUM_CRC32C, 0xe3069283, "4waSgw==");
	checksum_write_crc(CHECKSUM_CRC64NVME, checksum_crc(CHECKSUM_CRC64NVME,
	    0, "hello world\n", 12), out);
	ok(strcmp(out, "D3gOhIHSoh8=") == 0, "what S3 gives for a text");
	sha256_of("a", 1, digests, &e);
	checksum_write_sha256(digests, out);
	ok(strcmp(out, "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=") == 0,
	    "SHA-256");
	sha256_of("b", 1, digests + SHA256_SIZE, &e);
	ok(checksum_composite(digests, 2, out, &e) == 0 && strcmp(out,
	    "5aAf7hTg7VxIcU8iGA8lrYNltT+XefedxKPX6Tlj+Uo=-2") == 0,
	    "composite: %s", out);
	ok(checksum_parse("crc32c", &kind) && kind == CHECKSUM_CRC32C &&
	    checksum_parse("SHA256", &kind) && kind == CHECKSUM_SHA256 &&
	    !checksum_parse("md5", &kind) && !checksum_parse("", &kind),
	    "names");
	return tap_done();
}
