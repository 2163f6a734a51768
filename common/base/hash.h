/*
 * hash: digests of bytes: SHA-256, HMAC-SHA-256, and MD5 of one buffer.  How
 * digests are written as text is in encoding.h.
 *
 * libcrypto does all the work.  A digest that was started belongs to one
 * thread.  libcrypto fails only without memory or in a broken installation; the
 * function then returns -1 with code 70.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Bytes of a digest; and of SHA-256 in hexadecimal digits, with a NUL. */
enum { SHA256_SIZE = 32, SHA256_HEX = 2 * SHA256_SIZE + 1, MD5_SIZE = 16 };

/* SHA-256 of a stream (FIPS 180-4). */
struct sha256 {
	void *ctx;		/* NULL before the first start and after free */
};

/* Begins a digest; a struct sha256 that is zeroed or was used before is fine. */
int sha256_start(struct sha256 *h, struct err *e);
int sha256_add(struct sha256 *h, const void *data, size_t len, struct err *e);
int sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE], struct err *e);
void sha256_free(struct sha256 *h);

/* Ends the digest and compares it with want: 0 when they are the same, else -1
 * with 65.  what names the hashed data in the message. */
int sha256_expect(struct sha256 *h, const uint8_t want[SHA256_SIZE],
    const char *what, struct err *e);

/* The digest of one buffer. */
int sha256_of(const void *data, size_t len, uint8_t out[SHA256_SIZE],
    struct err *e);
int md5_of(const void *data, size_t len, uint8_t out[MD5_SIZE], struct err *e);

/* HMAC-SHA-256 (RFC 2104). */
int hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t out[SHA256_SIZE], struct err *e);

#endif
