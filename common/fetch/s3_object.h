/*
 * s3_object: one object on S3 as the source of a body: its requests, signed, the
 * meaning of a refusal, and the checksum that S3 keeps of it.
 *
 * Every request after the first is for the ETag of the first (If-Match), or of a
 * list, or for one version; so an object that is replaced meanwhile is an error
 * (75), never a mixture.
 * Source: Amazon S3 API Reference, GetObject; User Guide, "Checking object
 * integrity".
 */
#ifndef FETCH_S3_OBJECT_H
#define FETCH_S3_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/checksum.h"
#include "aws/s3_site.h"
#include "base/buffer.h"
#include "base/diag.h"
#include "base/hash.h"
#include "fetch/s3_remote.h"

struct s3_object {
	struct s3_remote *remote;	/* lent */
	struct s3_site *site;		/* the remote's */
	char *key;
	char *version;			/* NULL: the current one */
	char *etag;			/* as a list has it; NULL: any */
	bool sized;			/* the list has its size, too */
	uint64_t size;
	/* private: the checksum of the whole; see s3_object_sum_begin */
	enum checksum kind;
	char want[CHECKSUM_TEXT];
	uint64_t crc;
	struct sha256 sha256;
};

/* "s3://bucket/key[?versionId=…]".  The caller frees.  NULL: 64 for a malformed
 * name, or as s3_remote_site. */
struct s3_object *s3_object_open(struct s3_remote *r, const char *url,
    struct err *e);
/* The same for a bucket and a key, "" for the bucket itself. */
struct s3_object *s3_object_named(struct s3_remote *r, const char *bucket,
    const char *key, struct err *e);

void s3_object_free(struct s3_object *o);	/* NULL is fine */

/* One request for it.  Zeroed before the first attempt. */
struct s3_attempt {
	char *url;
	struct signed_headers headers;
	struct buffer answer;		/* the body of a refusal */
	unsigned corrections;
	bool renewed;
};

/* Bytes of a refusal's body at most; S3's have some hundred. */
enum { S3_REFUSAL = 64 * 1024 };

/* Signs a GET with these headers more, S3_OBJECT_MORE at most: a.url and
 * a.headers are for one attempt.  -1 as s3_site_sign. */
enum { S3_OBJECT_MORE = 4 };
int s3_object_sign(const struct s3_object *o, struct s3_attempt *a,
    const char *const *more, size_t n, struct err *e);
void s3_attempt_free(struct s3_attempt *a);

/*
 * What a call that brought no good answer means: fills e, as http_policy_failure
 * does, with S3's words, and gives
 *
 *	S3_NONE		something was corrected: send it again at once
 *	S3_BUSY		send it again after a pause
 *	any other	it is final
 */
enum s3_fault s3_object_refused(const struct s3_object *o,
    struct s3_attempt *a, const struct http_call *call, struct err *e);

/* Notes the checksum that an answer with the whole has, if it is one of the whole
 * object (not one of its parts' checksums).  -1: 70. */
int s3_object_sum_begin(struct s3_object *o, const struct http_call *call,
    struct err *e);

/* All bytes in order; then -1 with 65 if the checksum is another.  kind is then
 * CHECKSUM_NONE if there was none to compare. */
int s3_object_sum_add(struct s3_object *o, const void *data, size_t len,
    struct err *e);
int s3_object_sum_end(struct s3_object *o, struct err *e);

#endif
