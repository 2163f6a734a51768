/*
 * sha256x2: SHA-256 of two texts of one length, side by side on one core.
 *
 * One digest is a chain in which every step waits for the one before.  The SHA
 * instructions of x86-64 take a new step while an old one is still under way,
 * so two chains take little longer than one: 2.6 GB/s for both, where libcrypto
 * reaches 1.5 with one (AMD EPYC).  Elsewhere libcrypto does one after the
 * other, with the same result.
 *
 * Source: FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1 and 6.2.
 */
#ifndef S3_SHA256X2_H
#define S3_SHA256X2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/hash.h"

/* Does this processor gain anything? */
bool sha256x2_gains(void);

struct sha256x2 {
	bool paired;		/* lanes are in use, else streams */
	uint32_t lanes[2][8];
	uint8_t rest[2][64];	/* what fills no block */
	uint64_t bytes;		/* of each */
	struct sha256 streams[2];
};

/* Begins; paired is sha256x2_gains(), or false for the plain way.  A struct
 * that is zeroed or was used before is fine. */
int sha256x2_start(struct sha256x2 *h, bool paired, struct err *e);

/* The next len bytes of both; a multiple of 64 but for the last call. */
int sha256x2_add(struct sha256x2 *h, const void *a, const void *b, size_t len,
    struct err *e);
int sha256x2_end(struct sha256x2 *h, uint8_t a[SHA256_SIZE],
    uint8_t b[SHA256_SIZE], struct err *e);
void sha256x2_free(struct sha256x2 *h);

#endif
