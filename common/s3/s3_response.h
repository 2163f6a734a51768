/*
 * s3_response: what S3 answers to a request, read and judged.  Pure.
 *
 * Status, headers and body say together whether the request was carried out.
 * Whatever is no clear answer is worth another attempt, and leaves it open what
 * became of the request (enum s3_fate).
 *
 * Sources: Amazon S3 API Reference, "Error responses" and the responses of
 * CreateMultipartUpload and CompleteMultipartUpload; the latter may say 200
 * first and put an error into the body.
 */
#ifndef S3_S3_RESPONSE_H
#define S3_S3_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/checksum.h"
#include "aws/s3_fault.h"
#include "base/diag.h"
#include "base/window.h"
#include "http/http.h"

/*
 * What may have come of a request that got no success: the worst of all its
 * attempts, since one that was lost is not undone by another that was refused.
 */
enum s3_fate {
	S3_UNDONE,		/* nothing: it was never sent whole, or was
				 * refused clearly */
	S3_DOUBTFUL,		/* an answer came, but not a clear one (500,
				 * or a 200 that lacks what it must have): it
				 * may have been carried out */
	S3_OPEN			/* no answer came to the end (or one from a
				 * gateway that waited in vain): it may have
				 * been carried out, or may be yet */
};

/* What a success must be. */
struct s3_expected {
	const char *root;	/* the XML element that its body is; NULL: any
				 * body */
	bool etag;		/* it has a header ETag */
	bool bare;		/* it has no body */
};

/* What the last attempt brought, and what all of them may have done.  Zeroed
 * before the first. */
struct s3_response {
	int status;		/* HTTP's; 0: no answer */
	enum s3_fault fault;	/* of the last attempt */
	enum s3_fate fate;	/* of all attempts */
	/* The members of the body that matter; NULL where absent.  Owned. */
	char *code;		/* Error.Code */
	char *message;
	char *region;		/* where the bucket is, for redirects */
	char *upload_id;	/* of InitiateMultipartUploadResult */
	char *etag;		/* of CompleteMultipartUploadResult */
	char *checksum[CHECKSUM_SHA256 + 1]; /* of the same, by kind */
};

/* What came over the connection in one attempt. */
struct s3_received {
	const struct http_call *call;
	struct window *body;
	int error;		/* errno: why body is not all of it; 0: it is */
};

/* Was every byte of the request given to a connection that stood? */
bool s3_response_sent(const struct http_call *call);

/* Judges an attempt that has ended: fills r, gives r->fault, and the words for
 * it in why (size bytes). */
enum s3_fault s3_response_judge(struct s3_response *r,
    const struct s3_expected *want, const struct s3_received *got, char *why,
    size_t size);

/* The same for an attempt that is dropped while it is under way. */
void s3_response_drop(struct s3_response *r, const struct http_call *call);

/* Frees the members, before another attempt or at the end; status, fault and
 * fate stay. */
void s3_response_free(struct s3_response *r);

/*
 * Reads a body into r's members.  root names the element a success has to be,
 * with the member that it is asked for: Initiate an id, Complete an ETag (maybe
 * an empty one).  An Error is accepted in its place.  0, or -1 with e when it is
 * neither, not XML, or cut; 70 without memory.
 */
int s3_response_read(struct s3_response *r, const char *root, const void *body,
    size_t len, struct err *e);

#endif
