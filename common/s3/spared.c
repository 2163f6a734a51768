/* Upload ids out of receipts. */
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

void
spared_free(struct spared *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->ids[i]);
	free(s->ids);
	*s = (struct spared){ 0 };
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool
spared_has(const struct spared *s, const char *id)
{
	return s->n > 0 && bsearch(&id, s->ids, s->n, sizeof *s->ids,
	    by_text) != NULL;
}

static int
add(struct spared *s, const char *id, struct err *e)
{
	size_t room = s->room == 0 ? 64 : s->room * 2;
	char **ids;

	if (s->n == s->room) {
		if ((ids = realloc(s->ids, room * sizeof *ids)) == NULL)
			return err_memory(e);
		s->ids = ids;
		s->room = room;
	}
	if ((s->ids[s->n] = strdup(id)) == NULL)
		return err_memory(e);
	s->n++;
	return 0;
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
	else if (s->n > 1)
		qsort(s->ids, s->n, sizeof *s->ids, by_text);
	return rc;
}
