/* An object that is there, by its HEAD. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/retry.h"
#include "s3/stored.h"

void
stored_token(char token[TOKEN_TEXT])
{
	snprintf(token, TOKEN_TEXT, "%016" PRIx64 "%016" PRIx64,
	    retry_random(), retry_random());
}

void
stored_free(struct stored *stored)
{
	free(stored->etag);
	free(stored->version);
	free(stored->checksum);
	free(stored->request_id);
	free(stored->host_id);
	*stored = (struct stored){ 0 };
}

/* NULL stays NULL; -1 without memory. */
static int
copy(char **to, const char *from)
{
	*to = from == NULL ? NULL : strdup(from);
	return from != NULL && *to == NULL ? -1 : 0;
}

int
stored_note(struct stored *stored, const struct s3_client *s3,
    const struct s3_request *r, const char *etag, const char *checksum,
    struct err *e)
{
	stored_free(stored);
	stored->attempts = s3_attempts(s3);
	if (copy(&stored->etag, etag) != 0 ||
	    copy(&stored->version, s3_header(r, "x-amz-version-id")) != 0 ||
	    copy(&stored->checksum, checksum) != 0 ||
	    copy(&stored->request_id, s3_header(r, "x-amz-request-id")) != 0 ||
	    copy(&stored->host_id, s3_header(r, "x-amz-id-2")) != 0)
		return err_memory(e);
	return 0;
}

void
stored_look_request(struct s3_request *r, const struct object *object,
    const char *key, const char **headers)
{
	*r = (struct s3_request){ .what = "look at", .method = "HEAD",
		.key = key, .headers = headers };
	r->n_headers = object_headers(object, OBJECT_ALL | OBJECT_BYTES,
	    headers);
}

bool
stored_is_ours(const struct s3_request *r, const char *token, uint64_t size)
{
	const char *theirs = s3_header(r, OBJECT_TOKEN);
	const char *length = s3_header(r, "Content-Length");
	char want[24];

	snprintf(want, sizeof want, "%" PRIu64, size);
	return theirs != NULL && strcmp(theirs, token) == 0 &&
	    length != NULL && strcmp(length, want) == 0;
}

enum stored_view
stored_look(struct stored *stored, struct s3_client *s3,
    const struct object *object, const char *token, uint64_t size,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS];
	struct s3_request r;
	enum stored_view view = STORED_UNSEEN;

	stored_look_request(&r, object, NULL, headers);
	if (s3_run(s3, &r, e) == 0) {
		view = stored_is_ours(&r, token, size) ? STORED_OURS :
		    STORED_OTHER;
		/* Without memory for what it says it is ours all the same. */
		if (view == STORED_OURS && stored_note(stored, s3, &r,
		    s3_header(&r, "ETag"), NULL, e) != 0)
			stored_free(stored);
	} else if (r.response.status == 404 &&
	    r.response.fault == S3_REFUSED) {
		view = STORED_OTHER;
	}
	s3_clear(s3, &r);
	return view;
}
