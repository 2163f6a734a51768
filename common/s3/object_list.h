/*
 * object_list: the keys below a prefix of a bucket, in their order.
 *
 * They come in pages, each asked for from the last key of the one before it: a
 * server that gives a key that does not come after that one is not followed.
 * Source: Amazon S3 API Reference, ListObjectsV2.
 */
#ifndef S3_OBJECT_LIST_H
#define S3_OBJECT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"

/* Keys in one list: those of a job of a hundred thousand tasks and its attempts,
 * some 30 MB. */
enum { OBJECT_LIST_MAX = 250000 };

struct object_list {
	char **keys;
	size_t n, room;
};

/* Lists the client's bucket.  -1 with e: 69 for a list that is none, or has too
 * many keys. */
int object_list_read(struct object_list *l, struct s3_client *s3,
    const struct object *object, const char *prefix, struct err *e);
void object_list_free(struct object_list *l);

/* Adds the keys of one page, a ListBucketResult; *more: others follow.  Pure. */
int object_list_page(struct object_list *l, const char *prefix,
    const void *xml, size_t len, bool *more, struct err *e);

#endif
