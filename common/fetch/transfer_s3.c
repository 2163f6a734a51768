/* transfer: what is different for an object on S3. */
#define _GNU_SOURCE	/* asprintf */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <stdlib.h>

/* The first request is for the ETag that a list has, all others for that of the
 * first answer. */
static int
set_if_match(struct transfer *t, struct err *e)
{
	const char *etag = t->body->is.validator != NULL ?
	    t->body->is.validator : t->body->object->etag;

	if (etag == NULL || asprintf(&t->if_range, "If-Match: %s", etag) >= 0)
		return 0;
	t->if_range = NULL;
	return err_memory(e);
}

int
transfer_ask_s3(struct transfer *t, const char *const *own, size_t n,
    struct err *e)
{
	const char *more[S3_OBJECT_MORE];
	size_t n_more = 0;

	if (set_if_match(t, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		more[n_more++] = own[i];
	if (t->if_range != NULL)
		more[n_more++] = t->if_range;
	if (s3_object_sign(t->body->object, &t->attempt, more, n_more, e) == -1)
		return -1;
	t->call.method = "GET";
	t->call.url = t->attempt.url;
	t->call.headers = (const char *const *)t->attempt.headers.lines;
	t->call.n_headers = t->attempt.headers.n;
	t->call.anonymous = true;
	return 0;
}

enum transfer_verdict
transfer_judge_s3(struct transfer *t, bool *at_once, struct err *e)
{
	/* The body broke: its head was well. */
	if (t->wanted) {
		http_policy_failure(&t->call, "", e);
		return TRANSFER_AGAIN;
	}
	switch (s3_object_refused(t->body->object, &t->attempt, &t->call, e)) {
	case S3_NONE:
		*at_once = true;
		return TRANSFER_AGAIN;
	case S3_BUSY:
		return TRANSFER_AGAIN;
	default:
		return TRANSFER_FAILED;
	}
}
