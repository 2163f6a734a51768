/* ListObjectsV2, page by page. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "s3/object_list.h"

#define ROOT "ListBucketResult"

/* Keys in a page: with 1024 bytes each and what stands around them they fit into
 * S3_PAGE. */
#define PAGE "500"

/* Keys that a page may have, whatever was asked for: S3's own most. */
enum { PAGE_MAX = 1000 };

struct reading {
	struct object_list *l;
	const char *prefix;
	bool root, truncated, more;
};

void
object_list_free(struct object_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->keys[i]);
	free(l->keys);
	*l = (struct object_list){ 0 };
}

static int
add_key(struct reading *r, const char *key, struct err *e)
{
	struct object_list *l = r->l;
	char *kept;

	if (strncmp(key, r->prefix, strlen(r->prefix)) != 0 ||
	    (l->n > 0 && strcmp(key, l->keys[l->n - 1]) <= 0))
		return err_set(e, EXIT_REMOTE, "the list has a key that was "
		    "not asked for, or out of order: '%.200s'", key);
	if (l->n == OBJECT_LIST_MAX)
		return err_set(e, EXIT_REMOTE, "there are more than %d keys",
		    OBJECT_LIST_MAX);
	if (l->n == l->room)
		return err_set(e, EXIT_REMOTE, "a page has more than %d keys",
		    PAGE_MAX);
	if (asprintf(&kept, "%s", key) < 0)
		return err_memory(e);
	l->keys[l->n++] = kept;
	return 0;
}

static int
element(void *ctx, const char *path, const char *content, struct err *e)
{
	struct reading *r = ctx;

	if (strcmp(path, ROOT ".Contents.Key") == 0)
		return add_key(r, content, e);
	if (strcmp(path, ROOT) == 0)
		r->root = true;
	if (strcmp(path, ROOT ".IsTruncated") != 0)
		return 0;
	r->truncated = true;
	r->more = strcmp(content, "true") == 0;
	return r->more || strcmp(content, "false") == 0 ? 0 :
	    err_set(e, EXIT_REMOTE, "IsTruncated is true or false, not "
	    "'%.64s'", content);
}

int
object_list_page(struct object_list *l, const char *prefix, const void *xml,
    size_t len, bool *more, struct err *e)
{
	struct reading r = { .l = l, .prefix = prefix };
	size_t before = l->n;
	char **keys = realloc(l->keys, (before + PAGE_MAX) * sizeof *keys);

	if (keys == NULL)
		return err_memory(e);
	l->keys = keys;
	l->room = before + PAGE_MAX;
	if (xml_walk(xml, len, element, &r, e) != 0)
		return err_class(e, EXIT_REMOTE);
	if (!r.root)
		return err_set(e, EXIT_REMOTE, "the answer is no " ROOT);
	if (!r.truncated)
		return err_set(e, EXIT_REMOTE, "the list does not say whether "
		    "it goes on");
	if (r.more && l->n == before)
		return err_set(e, EXIT_REMOTE, "the list goes on without a "
		    "key");
	*more = r.more;
	return 0;
}

static int
ask_page(struct object_list *l, struct s3_client *s3,
    const struct object *object, const char *prefix, bool *more, struct err *e)
{
	const char *headers[OBJECT_HEADERS], *body;
	struct s3_request r = { .what = "list the objects of", .method = "GET",
		.key = "", .query = { { "list-type", "2" },
		    { "max-keys", PAGE }, { "prefix", prefix } },
		.n_query = 3, .headers = headers, .room = S3_PAGE };
	size_t len;
	int rc;

	r.n_headers = object_headers(object, OBJECT_ALL, headers);
	if (l->n > 0)
		r.query[r.n_query++] = (struct sigv4_pair){ "start-after",
			l->keys[l->n - 1] };
	if ((rc = s3_run(s3, &r, e)) == 0) {
		body = s3_body(&r, &len);
		if ((rc = object_list_page(l, prefix, body, len, more,
		    e)) != 0)
			err_prefix(e, "cannot list the objects of '%s'",
			    s3_shown(s3));
	}
	s3_clear(s3, &r);
	return rc;
}

int
object_list_read(struct object_list *l, struct s3_client *s3,
    const struct object *object, const char *prefix, struct err *e)
{
	bool more = true;

	*l = (struct object_list){ 0 };
	while (more)
		if (ask_page(l, s3, object, prefix, &more, e) != 0) {
			object_list_free(l);
			return -1;
		}
	return 0;
}
