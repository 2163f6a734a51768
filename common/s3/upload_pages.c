/*
 * ListMultipartUploads, again and again.
 *
 * Whether the list runs in a circle is seen as Brent's algorithm does it: one
 * earlier mark is remembered, and replaced at each power of two; a circle of n
 * pages is found within three times as many, in constant memory.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "s3/upload_pages.h"

/* Uploads in a page: with keys of 1024 bytes, each written as three, and their
 * ids they fit into S3_PAGE. */
#define PAGE "200"

static void
free_mark(struct upload_mark *m)
{
	free(m->key);
	free(m->id);
	*m = (struct upload_mark){ 0 };
}

void
upload_pages_end(struct upload_pages *p)
{
	free_mark(&p->next);
	free_mark(&p->before);
}

static int
check_keys(const struct upload_pages *p, const struct upload_list *l,
    struct err *e)
{
	for (size_t i = 0; i < l->n; i++)
		if (strncmp(l->uploads[i].key, p->prefix,
		    strlen(p->prefix)) != 0)
			return err_set(e, EXIT_REMOTE, "it has a key that was "
			    "not asked for, '%.200s'", l->uploads[i].key);
	return 0;
}

static int
read_page(struct upload_pages *p, const struct s3_request *q,
    struct upload_list *l, struct err *e)
{
	const char *date = s3_header(q, "Date"), *body;
	size_t len;

	if (date == NULL || !date_parse(date, &p->now))
		p->now = (int64_t)time(NULL);
	body = s3_body(q, &len);
	p->malformed = upload_list_read(l, body, len, e) != 0;
	if (p->malformed)
		return -1;
	if (p->encoded && !l->encoded)
		err_set(e, EXIT_REMOTE, "the server does not encode keys that "
		    "XML cannot hold");
	else if (check_keys(p, l, e) == 0)
		return 0;
	upload_list_free(l);
	return -1;
}

static int
ask_page(struct upload_pages *p, struct upload_list *l, struct err *e)
{
	struct s3_request q = {
		.what = "list the uploads of", .method = "GET", .key = "",
		.query = { { "uploads", "" }, { "max-uploads", PAGE },
		    { "prefix", p->prefix } },
		.n_query = 3, .room = S3_PAGE,
	};
	const char *headers[OBJECT_HEADERS];
	int rc;

	p->malformed = false;
	if (p->encoded)
		q.query[q.n_query++] = (struct sigv4_pair){ "encoding-type",
			"url" };
	if (p->next.key != NULL)
		q.query[q.n_query++] = (struct sigv4_pair){ "key-marker",
			p->next.key };
	if (p->next.id != NULL)
		q.query[q.n_query++] = (struct sigv4_pair){
			"upload-id-marker", p->next.id };
	q.headers = headers;
	q.n_headers = object_headers(p->object, OBJECT_ALL, headers);
	if ((rc = s3_run(p->s3, &q, e)) == 0 &&
	    (rc = read_page(p, &q, l, e)) != 0)
		err_prefix(e, "cannot list the uploads of '%s'",
		    s3_shown(p->s3));
	s3_clear(p->s3, &q);
	return rc;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Takes the page's markers over: where the list goes on. */
static int
go_on(struct upload_pages *p, struct upload_list *l, struct err *e)
{
	p->ended = !l->more;
	if (p->ended)
		return 0;
	if (p->pages++ == p->until) {
		free_mark(&p->before);
		p->before = p->next;
		p->until = 2 * p->pages;
	} else {
		free_mark(&p->next);
	}
	p->next = (struct upload_mark){ l->key_marker, l->id_marker };
	l->key_marker = l->id_marker = NULL;
	if (p->next.key == NULL || (same(p->next.key, p->before.key) &&
	    same(p->next.id, p->before.id)) || p->pages == UPLOAD_PAGES)
		return err_set(e, EXIT_REMOTE, "cannot list the uploads of "
		    "'%s': the list does not go on where it stopped, or has no "
		    "end", s3_shown(p->s3));
	return 0;
}

/*
 * Keys with control characters make a page that is no XML.  Then it is asked
 * for with encoded keys, from there on.  Not from the start: radosgw 16 encodes
 * them without saying so, and the markers not at all.
 */
int
upload_pages_next(struct upload_pages *p, struct upload_list *l,
    struct err *e)
{
	int rc;

	if (p->ended)
		return 0;
	rc = ask_page(p, l, e);
	if (rc != 0 && !p->encoded && p->malformed) {
		p->encoded = true;
		rc = ask_page(p, l, e);
	}
	if (rc == 0 && (rc = go_on(p, l, e)) != 0)
		upload_list_free(l);
	return rc == 0 ? 1 : -1;
}
