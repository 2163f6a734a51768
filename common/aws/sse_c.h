/*
 * sse_c: a key for encryption by S3 that S3 does not keep (SSE-C).
 *
 * It goes along with every request that writes or reads the object's bytes, so
 * only where nobody listens: over TLS, or to the loopback.
 * Source: Amazon S3 User Guide, "Using server-side encryption with
 * customer-provided keys".
 */
#ifndef AWS_SSE_C_H
#define AWS_SSE_C_H

#include "base/diag.h"
#include "base/encoding.h"
#include "base/hash.h"

enum { CUSTOMER_KEY = 32 };	/* bytes: AES-256 */

/* The values of its headers, base64: ...-key and ...-key-MD5. */
struct sse_c {
	char key[BASE64_SIZE(CUSTOMER_KEY)];
	char md5[BASE64_SIZE(MD5_SIZE)];
};

/* Reads the key from a file, as 32 bytes or as their base64 text.  64 for
 * anything else, 74 when it cannot be read. */
int sse_c_read(struct sse_c *s, const char *path, struct err *e);

void sse_c_wipe(struct sse_c *s);

#endif
