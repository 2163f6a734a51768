/*
 * hash: SHA-256, HMAC, MD5 of short texts, and how digests are written down.
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

/* Writes len bytes as lower-case hexadecimal digits and a NUL; out has room for
 * 2 * len + 1 bytes. */
void hex_write(char *out, const void *data, size_t len);

/* Reads n bytes from a text of exactly 2 * n hexadecimal digits; -1 for any
 * other text. */
int hex_read(const char *text, uint8_t *out, size_t n);

/* Writes len bytes as base64 with padding (RFC 4648) and a NUL; out has room
 * for BASE64_SIZE(len) bytes. */
#define BASE64_SIZE(len) (((len) + 2) / 3 * 4 + 1)
void base64_write(char *out, const void *data, size_t len);

/* Reads n bytes (at most BASE64_MAX) from their base64, the first len
 * characters of text.  text is a string, and the character after those must not
 * be one of base64.  -1 when the len characters are not base64 of n bytes. */
enum { BASE64_MAX = 64 };
int base64_read(const char *text, size_t len, uint8_t *out, size_t n);

#endif
