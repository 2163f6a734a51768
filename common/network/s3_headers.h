/*
 * s3_headers: the headers of one request to S3, signed.
 */
#ifndef NETWORK_S3_HEADERS_H
#define NETWORK_S3_HEADERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "network/sigv4.h"

enum { S3_HEADERS = 64 };

struct s3_headers {
	char *lines[S3_HEADERS];	/* owned, Authorization the last */
	size_t n;
};

/*
 * Host and the n lines of more; with a key also the date, the payload's hash,
 * the session token and, over all of them, Authorization.  In q stand method,
 * path, query, payload, region and service; now is the time in seconds that
 * the server takes for its own.  h must be zeroed or freed; after -1 with e
 * (70) it is to be freed as well.
 */
int s3_headers_make(struct s3_headers *h, const struct sigv4_request *q,
    const char *host, const char *const *more, size_t n,
    const struct sigv4_key *key, int64_t now, struct err *e);

/* Wipes and frees. */
void s3_headers_free(struct s3_headers *h);

#endif
