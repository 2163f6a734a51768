/* Status, body and headers of an answer, together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/retry.h"
#include "s3/s3_judge.h"

enum s3_fault
s3_judge(struct s3_request *r, const struct http_call *call,
    const void *body, size_t len, char *why, size_t size)
{
	int status = call->status;
	bool fine = status >= 200 && status < 300;
	struct err bad = ERR_NONE;
	enum s3_fault fault;

	r->status = status;
	if (call->end != HTTP_COMPLETE) {
		r->lost |= call->end == HTTP_BROKEN;
		snprintf(why, size, "%s", call->why);
		return retry_worth(call->end, 0) ? S3_BROKEN : S3_REFUSED;
	}
	if ((r->root != NULL || !fine) && s3_answer_read(&r->answer,
	    r->root != NULL ? r->root : "Error", body, len, &bad) != 0 &&
	    fine) {
		snprintf(why, size, "unfit answer: %s", bad.text);
		r->lost = true;
		return S3_BROKEN;
	}
	if (r->bare && fine && len > 0) {
		snprintf(why, size, "unfit answer: %d with a body", status);
		return S3_BROKEN;
	}
	fault = s3_fault(status, r->answer.code);
	r->lost |= fault == S3_BROKEN;
	if (fault == S3_NONE && r->etag && http_header(call, "ETag") ==
	    NULL) {
		snprintf(why, size, "%d without an ETag", status);
		r->lost = true;
		return S3_BROKEN;
	}
	snprintf(why, size, "%d %.64s%s%.300s", status,
	    r->answer.code == NULL ? "" : r->answer.code,
	    r->answer.message == NULL ? "" : ": ",
	    r->answer.message == NULL ? "" : r->answer.message);
	return fault;
}

int64_t
s3_asked_for(const struct http_call *call)
{
	const char *ms = http_header(call, "x-amz-retry-after");

	if (ms != NULL && *ms != '\0' && strlen(ms) < 8 &&
	    strspn(ms, "0123456789") == strlen(ms))
		return strtol(ms, NULL, 10);
	return retry_after(http_header(call, "Retry-After"),
	    (int64_t)time(NULL));
}

bool
s3_maybe_done(const struct s3_request *r)
{
	switch (r->fault) {
	case S3_BUSY:
	case S3_BROKEN:
	case S3_EXISTS:
	case S3_NO_UPLOAD:
		return true;
	default:
		return r->lost;
	}
}
