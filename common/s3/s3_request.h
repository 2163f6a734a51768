/*
 * s3_request: one request to S3: its URL and signed headers, the bytes of its
 * answer, and what may have come of it.
 *
 * The caller says what it wants in the first half of the struct; the client (s3)
 * sends it, once or several times, and fills the second half.
 */
#ifndef S3_S3_REQUEST_H
#define S3_S3_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/s3_site.h"
#include "aws/signed_headers.h"
#include "aws/sigv4.h"
#include "base/diag.h"
#include "base/window.h"
#include "http/http.h"
#include "s3/s3_response.h"

/* Parameters: a page of a list has as many. */
enum { S3_QUERY = 6 };

/* Bytes of one answer at most: an error with all that S3 puts into it; a page
 * of a list.  Each connection may hold as much. */
enum { S3_ANSWER = 64 << 10, S3_PAGE = 1 << 20 };

struct s3_request {
	/* set by the caller, valid until s3_clear */
	const char *what;	/* for messages: "upload part 7 of" */
	const char *method;
	const char *key;	/* NULL: the site's; "": the bucket itself */
	struct sigv4_pair query[S3_QUERY];
	size_t n_query;
	const char *const *headers; /* "name: value", all signed */
	size_t n_headers;
	const void *body;
	size_t len;
	const uint8_t *sha256;	/* of the body, to be signed; or NULL */
	bool checked;		/* the body's checksum is among the headers:
				 * over TLS nothing else is signed of it if
				 * sha256 is NULL; else that is computed */
	size_t room;		/* for the answer; 0: S3_ANSWER */
	struct s3_expected want; /* of a success */
	bool decides;		/* what it does cannot be taken back, so that
				 * it matters whether it was done.  It goes over
				 * a connection of its own, for libcurl repeats
				 * by itself what an old one took and did not
				 * answer; and once it is sent, its answer is
				 * waited for a little, even after a signal */
	/* filled */
	struct s3_response response;
	unsigned attempts;	/* made so far */
	int64_t again_at;	/* S3_AGAIN: monotonic ms */
	/* private */
	struct s3_sending *sending;
	bool renewed;
};

/* What one attempt holds: call.ctx points back at it. */
struct s3_sending {
	struct http_call call;
	struct s3_request *request;
	struct window body;	/* of the response */
	int error;		/* errno: why not all of it is there; 0 */
	char *url;
	struct signed_headers headers;
	unsigned corrections;	/* the site's when it was signed */
	bool running;
};

/* Fills r->sending for the next attempt, its call ready for http_start.  -1
 * with e: no credentials, no memory; s3_request_free is needed even so. */
int s3_request_make(struct s3_request *r, const struct s3_site *site,
    struct err *e);

/* Frees what it holds.  It must not be running.  A zeroed one is fine. */
void s3_request_free(struct s3_request *r);

/* Was every byte of the attempt given to a connection that stood? */
bool s3_request_sent(const struct s3_request *r);

/* A header of the answer, or NULL. */
const char *s3_header(const struct s3_request *r, const char *name);

/* The answer's body, *len bytes. */
const char *s3_body(const struct s3_request *r, size_t *len);

/* What may help against a refusal, to stand at the end of a message; "" where
 * nothing is known to. */
const char *s3_request_hint(const struct s3_request *r);

#endif
