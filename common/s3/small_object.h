/*
 * small_object: objects that are read and written as a whole, in one request:
 * receipts, plans, manifests.
 *
 * Each function is for the bucket of the client, whatever its own key; object
 * has the headers that go with all requests.  The _request functions are for who
 * has several under way: headers has room for what a place of the request queue
 * has, and is needed as long as r.
 */
#ifndef S3_SMALL_OBJECT_H
#define S3_SMALL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"

/* Reads it: at most `most` bytes, more is an error. */
void small_object_get_request(struct s3_request *r, const struct object *object,
    const char *key, size_t most, const char **headers);

/* Deletes it; one that is not there is deleted already. */
void small_object_delete_request(struct s3_request *r,
    const struct object *object, const char *key, const char **headers);

/* Has the request ended because there is no such object? */
bool small_object_missing(const struct s3_request *r);

/* 1 with the text, NUL-terminated, for the caller to free; 0: there is none; -1
 * with e.  *len may be NULL. */
int small_object_get(struct s3_client *s3, const struct object *object,
    const char *key, size_t most, char **text, size_t *len, struct err *e);

/* 1 with the value of a header of it, for the caller to free (NULL: it has no
 * such header); 0: there is no such object; -1 with e. */
int small_object_header(struct s3_client *s3, const struct object *object,
    const char *key, const char *header, char **value, struct err *e);

struct small_object {
	const char *key;
	const char *text;
	size_t len;
	const char *type;	/* Content-Type */
	const char *condition;	/* a header, such as "If-None-Match: *", or NULL */
	const char *metadata;	/* a header, or NULL */
};

/* Writes it: 0; 1: the condition did not hold, which may be because an answer to
 * this very request was lost; -1 with e.  *maybe, unless NULL, becomes true when
 * it failed and may have been written all the same. */
int small_object_put(struct s3_client *s3, const struct object *object,
    const struct small_object *o, bool *maybe, struct err *e);

int small_object_delete(struct s3_client *s3, const struct object *object,
    const char *key, struct err *e);

#endif
