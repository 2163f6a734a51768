/*
 * s3_list: the objects below a prefix, page after page of ListObjectsV2.
 *
 * A page is taken only when it is whole: well-formed, as many keys as it says,
 * each after the one before (S3 lists in the order of UTF-8's bytes), and with a
 * token if it says that there are more.  Otherwise it is asked for again; so a
 * list that is cut, or repeats itself, is an error and never an end.
 *
 * Memory: one page as text, 4 MiB at most, and its 1,000 objects.
 * Source: Amazon S3 API Reference, ListObjectsV2.
 */
#ifndef FETCH_S3_LIST_H
#define FETCH_S3_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "fetch/s3_listed.h"
#include "fetch/s3_object.h"
#include "fetch/s3_remote.h"
#include "http/http_policy.h"

/* Which objects are meant. */
struct s3_filter {
	const char **include, **exclude; /* patterns of fnmatch(3), for the
				 * whole key, * for slashes, too */
	size_t n_include, n_exclude;	/* no include: all */
	int64_t since, until;	/* last_modified: not before since, before
				 * until; Unix seconds; 0: any */
};

struct s3_list;

/* prefix is "s3://bucket[/prefix]"; policy's rate, deadline and retries hold for
 * the list, too, which has a client of its own, made by http.  NULL as
 * s3_object_open, or 70. */
struct s3_list *s3_list_open(struct s3_remote *r, const char *prefix,
    const struct s3_filter *filter, struct http_policy *policy,
    const struct http_config *http, struct err *e);
void s3_list_close(struct s3_list *l);	/* NULL is fine */

/* 1 with the next object that the filter lets pass, 0 at the end, -1 with e: as
 * s3_object_refused, or 69 for a list that makes no sense. */
int s3_list_next(struct s3_list *l, const struct s3_listed **object,
    struct err *e);

/* The name of the list's bucket. */
const char *s3_list_bucket(const struct s3_list *l);

#endif
