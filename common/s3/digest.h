/*
 * digest: the SHA-256 and the CRC of a part, which is signed by the one and
 * checked by the other, computed together so that its bytes are read from
 * memory only once.
 */
#ifndef S3_DIGEST_H
#define S3_DIGEST_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/sha256x2.h"

struct digest {
	const void *bytes;
	size_t len;
	uint8_t *sha256;		/* gets SHA256_SIZE bytes */
	uint64_t *crc;			/* gets it, where the kind is a CRC */
};

/* What a thread computes with; zeroed before the first use. */
struct digester {
	struct sha256 one;
	struct sha256x2 two;
};

/* The digests of one text; or of two of equal length, side by side.  They
 * return -1 with e when libcrypto refuses, or soon after *stop became true. */
int digest_one(struct digester *d, enum checksum kind,
    const struct digest *text, const atomic_bool *stop, struct err *e);
int digest_two(struct digester *d, enum checksum kind,
    const struct digest text[2], const atomic_bool *stop, struct err *e);

void digester_free(struct digester *d);

#endif
