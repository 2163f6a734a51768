/*
 * checksum: the checksums that S3 keeps with an object.
 *
 * CRCs are of the full object; the SHA-256 of a multipart object is composite:
 * the SHA-256 of its parts' SHA-256s and the number of parts.
 * Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".
 */
#ifndef AWS_CHECKSUM_H
#define AWS_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/hash.h"

enum checksum { CHECKSUM_NONE, CHECKSUM_CRC64NVME, CHECKSUM_CRC32,
	CHECKSUM_CRC32C, CHECKSUM_SHA256 };

/* Bytes of a checksum's text: base64 of the longest, "-10000" (the number of
 * parts of a composite one) and a NUL. */
enum { CHECKSUM_TEXT = 44 + 6 + 1 };

#define CHECKSUM_NAMES "crc64nvme crc32 crc32c sha256 none"

/* "crc64nvme", "crc32", "crc32c", "sha256", "none"; false for others. */
bool checksum_parse(const char *name, enum checksum *kind);

/* "CRC64NVME" …, as in x-amz-checksum-algorithm; NULL for none. */
const char *checksum_name(enum checksum kind);

/* "x-amz-checksum-crc64nvme" …; NULL for none. */
const char *checksum_header(enum checksum kind);

/* One CRC over bytes that come in pieces, beginning with 0.  Only for CRCs. */
uint64_t checksum_crc(enum checksum kind, uint64_t crc, const void *data,
    size_t len);

/* The CRC of two texts in a row from theirs; len_b is the second's length. */
uint64_t checksum_combine(enum checksum kind, uint64_t a, uint64_t b,
    uint64_t len_b);

/* As S3 has it: base64 of the big-endian bytes. */
void checksum_write_crc(enum checksum kind, uint64_t crc,
    char out[CHECKSUM_TEXT]);
void checksum_write_sha256(const uint8_t digest[SHA256_SIZE],
    char out[CHECKSUM_TEXT]);

/* The composite one of n parts whose digests stand one after the other. */
int checksum_composite(const uint8_t *digests, unsigned n,
    char out[CHECKSUM_TEXT], struct err *e);

#endif
