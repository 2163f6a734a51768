/*
 * s3_listed: an object as a list shows it (s3_list.h): as a line of JSON, which
 * --list-objects writes and -i takes, and pinned to what the list says.
 */
#ifndef FETCH_S3_LISTED_H
#define FETCH_S3_LISTED_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "fetch/s3_object.h"
#include "fetch/s3_remote.h"

struct s3_listed {		/* one object; valid until the next */
	char *key;
	char *etag;		/* in quotes */
	char *modified;		/* "2026-11-01T10:00:00.000Z" */
	char *storage_class;	/* NULL: none is told */
	uint64_t size;
};

/* {"bucket":…,"key":…,"size":…,"etag":…,"last_modified":…,"storage_class":…}
 * with a line feed, for the caller to free; NULL: 70. */
char *s3_listed_line(const char *bucket, const struct s3_listed *object,
    size_t *len, struct err *e);

/* Opens the object, pinned to its ETag and size.  NULL as s3_object_named. */
struct s3_object *s3_listed_object(struct s3_remote *r, const char *bucket,
    const struct s3_listed *object, struct err *e);

/* The same from a line that s3_listed_line made; *url is its "s3://…" for
 * messages, for the caller to free.  NULL with 65 if it is none. */
struct s3_object *s3_listed_read(struct s3_remote *r, const char *line,
    char **url, struct err *e);

#endif
