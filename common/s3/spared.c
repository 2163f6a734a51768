/* Upload ids out of receipts. */
#define _GNU_SOURCE	/* asprintf, tdestroy */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/object_list.h"
#include "s3/receipt.h"
#include "s3/request_each.h"
#include "s3/small_object.h"
#include "s3/spared.h"

/* Bytes of one object: the plan of a job has all its receipts, which are at most
 * half of s3put's memory. */
enum { OBJECT_MAX = 20 << 20 };

struct reading {
	struct spared *s;
	const struct object *object;
	struct object_list keys;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

void
spared_free(struct spared *s)
{
	tdestroy(s->ids, free);
	s->ids = NULL;
}

bool
spared_has(const struct spared *s, const char *id)
{
	return tfind(id, &s->ids, compare) != NULL;
}

static int
add(struct spared *s, const char *id, struct err *e)
{
	char *kept, **found;

	if (asprintf(&kept, "%s", id) < 0)
		return err_memory(e);
	if ((found = tsearch(kept, &s->ids, compare)) == NULL || *found != kept)
		free(kept);
	return found == NULL ? err_memory(e) : 0;
}

static int
take_line(struct spared *s, const char *line, size_t len, struct err *e)
{
	struct receipt r;
	struct err bad = ERR_NONE;
	int rc = 0;

	if (receipt_read(&r, line, len, &bad) != 0) {
		if (bad.code != EXIT_INTERNAL)
			return 0;
		*e = bad;
		return -1;
	}
	if (r.multipart.id != NULL)
		rc = add(s, r.multipart.id, e);
	receipt_free(&r);
	return rc;
}

static int
begin(void *ctx, size_t i, void *own, const char **headers,
    struct s3_request *first, struct err *e)
{
	struct reading *r = ctx;

	(void)own;
	(void)e;
	small_object_get_request(first, r->object, r->keys.keys[i],
	    OBJECT_MAX, headers);
	return 1;
}

static int
ended(void *ctx, size_t i, void *own, const char **headers,
    const struct s3_request *q, const struct err *why,
    struct s3_request *next, struct err *e)
{
	struct reading *r = ctx;
	const char *at, *end, *feed;
	size_t len;

	(void)i;
	(void)own;
	(void)headers;
	(void)next;
	if (why != NULL && small_object_missing(q))
		return 0;	/* its job has ended meanwhile */
	if (why != NULL) {
		*e = *why;
		return -1;
	}
	at = s3_body(q, &len);
	for (end = at + len; at < end; at = feed + 1) {
		feed = memchr(at, '\n', (size_t)(end - at));
		if (feed == NULL)
			feed = end;
		if (take_line(r->s, at, (size_t)(feed - at), e) != 0)
			return -1;
	}
	return 0;
}

static void
drop(void *own)
{
	(void)own;
}

int
spared_read(struct spared *s, struct s3_client *s3,
    const struct object *object, const char *prefix, unsigned parallel,
    struct err *e)
{
	struct reading r = { .s = s, .object = object };
	struct request_each each = { .s3 = s3, .parallel = parallel,
		.own = 1, .ctx = &r, .begin = begin,
		.ended = ended, .drop = drop };
	int rc;

	*s = (struct spared){ 0 };
	if (object_list_read(&r.keys, s3, object, prefix, e) != 0)
		return -1;
	each.n = r.keys.n;
	rc = request_each_run(&each, e);
	object_list_free(&r.keys);
	if (rc != 0)
		spared_free(s);
	return rc;
}
