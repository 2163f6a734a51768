/*
 * s3_client: what the two parts of s3 share: putting a request together
 * (s3_request.c), and the client that waits, judges and repeats (s3.c).  Nobody
 * else includes it.
 */
#ifndef S3_S3_CLIENT_H
#define S3_S3_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/window.h"
#include "s3/s3.h"
#include "aws/signed_headers.h"

enum { S3_SHOWN = 200 };

struct s3 {
	struct s3_config config;
	struct endpoint endpoint;
	struct http *http;
	struct creds *creds;
	char *region;
	bool moved;			/* the region was corrected */
	char shown[S3_SHOWN];		/* the client's object */
	int64_t skew;			/* seconds the server is ahead */
	bool skewed;			/* it was corrected */
	unsigned forgiven;		/* signals */
	uint64_t attempts;
};

/* What one attempt holds: call.ctx points back at it. */
struct s3_sending {
	struct http_call call;
	struct s3_request *request;
	struct window answer;
	char *url;
	struct signed_headers headers;
	bool running;
};

/* "s3://bucket/key" of a request, or with NULL of the client's object. */
const char *s3_show(const struct s3 *s, const struct s3_request *r,
    char shown[S3_SHOWN]);

/* Puts "cannot … 's3://…'" in front of e; always -1. */
int s3_cannot(const struct s3 *s, const struct s3_request *r, struct err *e);

#endif
