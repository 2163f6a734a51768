/*
 * s3_response: what an answer of S3 says, and what to do about it.  Pure.
 *
 * Sources: Amazon S3 API Reference, "Error responses" and the answers of
 * CreateMultipartUpload and CompleteMultipartUpload; the latter may say 200
 * first and put an error into the body.
 */
#ifndef S3_S3_RESPONSE_H
#define S3_S3_RESPONSE_H

#include <stddef.h>

#include "base/diag.h"
#include "s3/checksum.h"

/* The members that matter, from XML; NULL where absent.  Owned. */
struct s3_response {
	char *code;		/* Error.Code */
	char *message;
	char *region;		/* where the bucket is, for redirects */
	char *upload_id;	/* of InitiateMultipartUploadResult */
	char *etag;		/* of CompleteMultipartUploadResult */
	char *checksum[CHECKSUM_SHA256 + 1]; /* of it, by kind */
};

/*
 * Reads a body.  root names the element a success has to be, with the member
 * that it is asked for: Initiate an id, Complete an ETag (maybe an empty one).
 * An Error is accepted in its place.  0, or -1 with e when it is neither, not
 * XML, or cut; 70 without memory.
 */
int s3_response_read(struct s3_response *a, const char *root, const void *body,
    size_t len, struct err *e);
void s3_response_free(struct s3_response *a);

enum s3_fault {
	S3_NONE,		/* success */
	S3_BUSY,		/* again, later; slow down: 75 */
	S3_BROKEN,		/* again: 75 */
	S3_UNFIT,		/* again: the answer made no sense, or S3 says
				 * that of the data: 69 */
	S3_SKEWED,		/* again with the server's time */
	S3_EXPIRED,		/* again with fresh credentials */
	S3_ELSEWHERE,		/* again in another region */
	S3_DENIED,		/* permission or credentials: 77 */
	S3_EXISTS,		/* a condition on the object did not hold: 73 */
	S3_NO_UPLOAD,		/* the upload id is not known (any more) */
	S3_NO_MEMORY,		/* for the answer: 70 */
	S3_REFUSED		/* any other refusal: 69 */
};

/* Judges status and error code (NULL: none was given). */
enum s3_fault s3_fault(int status, const char *code);

/* The exit code of a fault that no retry mended. */
enum exit_code s3_fault_exit(enum s3_fault f);

#endif
