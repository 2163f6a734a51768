/*
 * sse_c: a key for encryption by S3 that S3 does not keep (SSE-C).
 *
 * It goes along with every request that writes or reads the object's bytes, so
 * only where nobody listens: over TLS, or to the loopback.
 * Source: Amazon S3 User Guide, "Using server-side encryption with
 * customer-provided keys".
 */
#ifndef S3_SSE_C_H
#define S3_SSE_C_H

#include "base/diag.h"
#include "s3/object.h"

enum { CUSTOMER_KEY = 32 };	/* bytes: AES-256 */

/* Reads the key from a file, as 32 bytes or as their base64 text, and adds its
 * headers to o.  64 for anything else, 74 when it cannot be read. */
int sse_c_read(struct object *o, const char *path, struct err *e);

#endif
