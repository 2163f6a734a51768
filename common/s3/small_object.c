/* GetObject, HeadObject, PutObject and DeleteObject of small objects. */
#include <stdlib.h>
#include <string.h>

#include "s3/request_queue.h"
#include "s3/small_object.h"

void
small_object_get_request(struct s3_request *r, const struct object *object,
    const char *key, size_t most, const char **headers)
{
	*r = (struct s3_request){ .what = "read", .method = "GET", .key = key,
		.headers = headers, .room = most > S3_ANSWER ? most : 0 };
	r->n_headers = object_headers(object, OBJECT_ALL, headers);
}

void
small_object_delete_request(struct s3_request *r, const struct object *object,
    const char *key, const char **headers)
{
	*r = (struct s3_request){ .what = "delete", .method = "DELETE",
		.key = key, .headers = headers, .want.bare = true };
	r->n_headers = object_headers(object, OBJECT_ALL, headers);
}

/* HEAD has no body, so no code. */
bool
small_object_missing(const struct s3_request *r)
{
	const char *code = r->response.code;

	return r->response.status == 404 &&
	    (code == NULL || strcmp(code, "NoSuchKey") == 0);
}

int
small_object_get(struct s3_client *s3, const struct object *object,
    const char *key, size_t most, char **text, size_t *len, struct err *e)
{
	const char *headers[OBJECT_HEADERS + REQUEST_MORE];
	struct s3_request r;
	const char *body;
	size_t size;
	int rc = 1;

	small_object_get_request(&r, object, key, most, headers);
	if (s3_run(s3, &r, e) != 0) {
		rc = small_object_missing(&r) ? 0 : -1;
	} else {
		body = s3_body(&r, &size);
		if ((*text = malloc(size + 1)) == NULL) {
			rc = err_memory(e);
		} else {
			memcpy(*text, body, size);
			(*text)[size] = '\0';
			if (len != NULL)
				*len = size;
		}
	}
	s3_clear(s3, &r);
	return rc;
}

int
small_object_header(struct s3_client *s3, const struct object *object,
    const char *key, const char *header, char **value, struct err *e)
{
	const char *headers[OBJECT_HEADERS + REQUEST_MORE], *found;
	struct s3_request r;
	int rc = 1;

	*value = NULL;
	small_object_get_request(&r, object, key, 0, headers);
	r.what = "look at";
	r.method = "HEAD";
	if (s3_run(s3, &r, e) != 0)
		rc = small_object_missing(&r) ? 0 : -1;
	else if ((found = s3_header(&r, header)) != NULL &&
	    (*value = strdup(found)) == NULL)
		rc = err_memory(e);
	s3_clear(s3, &r);
	return rc;
}

int
small_object_put(struct s3_client *s3, const struct object *object,
    const struct small_object *o, bool *maybe, struct err *e)
{
	const char *headers[OBJECT_HEADERS + REQUEST_MORE];
	struct s3_request r = { .what = "write", .method = "PUT",
		.key = o->key, .headers = headers, .body = o->text,
		.len = o->len, .want.etag = true };
	int rc = 0;

	r.n_headers = object_headers(object, OBJECT_ALL, headers);
	headers[r.n_headers++] = o->type;
	if (o->condition != NULL)
		headers[r.n_headers++] = o->condition;
	if (o->metadata != NULL)
		headers[r.n_headers++] = o->metadata;
	if (s3_run(s3, &r, e) != 0)
		rc = o->condition != NULL && r.response.fault == S3_EXISTS ?
		    1 : -1;
	if (maybe != NULL)
		*maybe = rc < 0 && r.response.fate != S3_UNDONE;
	s3_clear(s3, &r);
	return rc;
}

int
small_object_delete(struct s3_client *s3, const struct object *object,
    const char *key, struct err *e)
{
	const char *headers[OBJECT_HEADERS + REQUEST_MORE];
	struct s3_request r;
	int rc;

	small_object_delete_request(&r, object, key, headers);
	rc = s3_run(s3, &r, e);
	if (rc != 0 && small_object_missing(&r))
		rc = 0;
	s3_clear(s3, &r);
	return rc;
}
