/*
 * signed_headers: the headers of one request to AWS, S3's or STS's.
 */
#ifndef AWS_SIGNED_HEADERS_H
#define AWS_SIGNED_HEADERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "aws/sigv4.h"

enum { SIGNED_HEADERS = 64 };	/* lines: the 48 that an object may have, and those
				 * of the request */

struct signed_headers {
	char *lines[SIGNED_HEADERS];	/* owned, Authorization the last */
	size_t n;
};

/*
 * Host and the n lines of more; with a key also the date, the payload's hash,
 * the session token and, over all of them, Authorization.  q has method, path,
 * query, payload, region and service; now is the server's time in Unix
 * seconds.  h must be zeroed or freed; after -1 with e
 * (70) it is to be freed as well.
 */
int signed_headers_make(struct signed_headers *h, const struct sigv4_request *q,
    const char *host, const char *const *more, size_t n,
    const struct sigv4_key *key, int64_t now, struct err *e);

/* Wipes and frees. */
void signed_headers_free(struct signed_headers *h);

#endif
