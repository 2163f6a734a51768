/*
 * s3_judge: what an attempt that has ended came to.
 *
 * Everything that is no clear answer is worth another attempt, and leaves the
 * request's fate open (s3_request.h).
 */
#ifndef S3_S3_JUDGE_H
#define S3_S3_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "http/http.h"
#include "s3/s3_request.h"

/* Reads the answer into r (status, answer, fate); gives its fault, and the
 * words for it in why. */
enum s3_fault s3_judge(struct s3_request *r, char *why, size_t size);

/* The same for an attempt that is dropped while it is under way. */
void s3_judge_dropped(struct s3_request *r);

/* What may help against a refusal, to stand at the end of a message; "" where
 * nothing is known to. */
const char *s3_hint(const struct s3_request *r);

/* How long the server asks to be left alone, in ms; as retry_after. */
int64_t s3_asked_for(const struct http_call *call);

#endif
