/*
 * s3_judge: what an ended request of S3's came to.
 */
#ifndef S3_S3_JUDGE_H
#define S3_S3_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "http/http.h"
#include "s3/s3.h"

/* Reads the answer into r (status, answer, lost); gives its fault, and the
 * words for it in why. */
enum s3_fault s3_judge(struct s3_request *r, const struct http_call *call,
    const void *body, size_t len, char *why, size_t size);

/* How long the server asks to be left alone, in ms; as retry_after. */
int64_t s3_asked_for(const struct http_call *call);

#endif
