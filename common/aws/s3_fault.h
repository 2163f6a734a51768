/*
 * s3_fault: why S3 did not carry a request out: its error codes and statuses,
 * what helps against them, and the exit code if nothing did.  Pure.
 *
 * Source: Amazon S3 API Reference, "Error responses".
 */
#ifndef AWS_S3_FAULT_H
#define AWS_S3_FAULT_H

#include "base/diag.h"

/* Why a request was not carried out; what helps, and the exit code if nothing
 * did. */
enum s3_fault {
	S3_NONE,		/* it was carried out */
	S3_BUSY,		/* again, later; slow down: 75 */
	S3_BROKEN,		/* again: 75 */
	S3_UNFIT,		/* again: the answer made no sense, or S3 says
				 * that of the data: 69 */
	S3_SKEWED,		/* again with the server's time: 77 */
	S3_EXPIRED,		/* again with fresh credentials: 77 */
	S3_ELSEWHERE,		/* again in another region: 69 */
	S3_DENIED,		/* permission or credentials: 77 */
	S3_EXISTS,		/* a condition on the object did not hold: 73 */
	S3_NO_UPLOAD,		/* the upload id is not known (any more): 69 */
	S3_NO_MEMORY,		/* for the answer: 70 */
	S3_REFUSED		/* any other refusal: 69 */
};

/* The fault that a status and an error code (NULL: none was given) stand for. */
enum s3_fault s3_fault(int status, const char *code);

/* The exit code of a fault that no retry mended. */
enum exit_code s3_fault_exit(enum s3_fault f);

#endif
