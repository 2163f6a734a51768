/*
 * sigv4: AWS Signature Version 4 for S3 and STS.
 *
 * Pure: bytes in, bytes out, the time is an argument.  What is signed here has
 * to go over the wire as it is: path, query and headers byte for byte.
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using the
 * Authorization Header (AWS Signature Version 4)".
 */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include <stddef.h>
#include <time.h>

#include "base/diag.h"

/* Who signs.  The strings belong to their owner, who wipes them. */
struct sigv4_key {
	const char *id;
	const char *secret;
	const char *token;	/* session token, NULL: none */
};

/* One parameter of a query, not encoded. */
struct sigv4_pair {
	const char *name;
	const char *value;	/* "" for a bare name such as uploads */
};

struct sigv4_request {
	const char *method;
	const char *path;	/* from sigv4_path */
	const char *query;	/* from sigv4_query, "" for none */
	const char *const *headers; /* "Name: value", each name once; all
				 * of them are signed.
				 * host, x-amz-date and (for S3)
				 * x-amz-content-sha256 must be there; so must
				 * x-amz-security-token when the key has one */
	size_t n_headers;
	const char *payload;	/* hexadecimal SHA-256 of the body, or
				 * SIGV4_UNSIGNED (S3 only) */
	const char *region;
	const char *service;	/* "s3" */
	const char *stamp;	/* from sigv4_stamp, as in x-amz-date */
};

/* In place of a digest: the signature says nothing of the body. */
#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"

enum { SIGV4_STAMP = 17 };	/* "20130524T000000Z" and a NUL */

/* The time as x-amz-date wants it; -1 for times beyond the year 9999. */
int sigv4_stamp(char out[SIGV4_STAMP], time_t t);

/*
 * Percent-encodes all but A-Z a-z 0-9 - _ . ~, and '/' unless it is to be
 * encoded too.  The caller frees; NULL: no memory.  S3 encodes a path once and
 * normalises nothing: "a//b" and "a/../b" are keys like any other.
 */
char *sigv4_encode(const char *text, int slash_too);

/* "/" and the encoded key, or "/bucket/key" when bucket is not NULL; prefix is
 * an endpoint's own path, encoded already ("" for none). */
char *sigv4_path(const char *prefix, const char *bucket, const char *key);

/* The canonical query of n parameters: encoded, sorted, "name=" for an empty
 * value.  The caller frees; NULL: no memory. */
char *sigv4_query(const struct sigv4_pair *pairs, size_t n);

/* The canonical request (for tests and for looking into a refusal); the caller
 * frees; NULL with e. */
char *sigv4_canonical(const struct sigv4_request *r, struct err *e);

/*
 * The value of the header Authorization.  The caller frees.  NULL with e: 70
 * without memory or libcrypto, 64 when a header is not "Name: value".
 */
char *sigv4_sign(const struct sigv4_request *r, const struct sigv4_key *key,
    struct err *e);

#endif
