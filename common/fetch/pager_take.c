/* pager: from one page to the next page's URL. */
#include "fetch/pager_private.h"

#include <stdlib.h>
#include <string.h>

#include "http/link.h"
#include "http/show.h"
#include "http/url.h"
#include "json/json.h"
#include "json/json_array.h"

/* Where pages are numbered, a server that does not look at the number gives the
 * same one for ever. */
static int
check_repeated(struct pager *p, const void *body, size_t len,
    uint64_t returned, struct err *e)
{
	uint8_t digest[SHA256_SIZE];

	if (p->config->kind != PAGER_OFFSET && p->config->kind != PAGER_PAGE)
		return 0;
	if (sha256_of(body, len, digest, e) == -1)
		return -1;
	if (p->pages > 0 && returned > 0 &&
	    memcmp(digest, p->digest, sizeof digest) == 0)
		return err_set(e, EXIT_DATA, "it is the same as the page "
		    "before: the list has ended, or '%s' does not number its "
		    "pages", p->config->param);
	memcpy(p->digest, digest, sizeof digest);
	return 0;
}

/* Moving on, a function for each kind: 1 there is a next page, 0 that was the
 * last, -1 error. */

/* What is looked for in a page. */
enum { TOTAL, PAGES, AT, RETURNED, NEXT, WANTS };

static int
number_of(const struct json_want *want, uint64_t *value, struct err *e)
{
	if (json_want_number(want, value))
		return 0;
	return err_set(e, EXIT_DATA, "its member '%s' is %s", want->path,
	    want->type == JSON_ABSENT ? "missing" : "not a whole number");
}

static int
count_records(struct pager *p, const struct json_want v[WANTS],
    const void *body, size_t len, uint64_t *n, struct err *e)
{
	const struct pager_config *c = p->config;
	struct json_array it;

	*n = 0;
	if (c->returned != NULL)
		return number_of(&v[RETURNED], n, e);
	if (c->items == NULL)
		return 0;
	if (!json_array_open(&it, body, len, c->items))
		return err_set(e, EXIT_DATA, "its member '%s' is no array",
		    c->items);
	*n = json_array_count(&it);
	return 0;
}

static int
note_total(struct pager *p, const struct json_want *want, struct err *e)
{
	uint64_t total;

	if (number_of(want, &total, e) == -1)
		return -1;
	p->drifted |= p->pages > 0 && total != p->total;
	p->total = total;
	return 0;
}

/* Numbers are below 2^63, so no sum of two wraps.  A short page is not the
 * last one; an empty one is. */
static int
after_offset(struct pager *p, const struct json_want v[WANTS],
    uint64_t returned, struct err *e)
{
	const struct pager_config *c = p->config;
	uint64_t at = p->position;

	if (c->total != NULL && note_total(p, &v[TOTAL], e) == -1)
		return -1;
	if (c->at != NULL && number_of(&v[AT], &at, e) == -1)
		return -1;
	if (returned == 0)
		return 0;
	if (at + returned <= p->position)
		return err_set(e, EXIT_DATA, "the pages lead backwards");
	p->position = at + returned;
	if (c->total != NULL && p->position >= p->total + c->first)
		return 0;
	return pager_set_number(p, c->param, p->position, e) == -1 ? -1 : 1;
}

static int
after_page(struct pager *p, const struct json_want v[WANTS], uint64_t returned,
    struct err *e)
{
	const struct pager_config *c = p->config;

	if (c->total != NULL && note_total(p, &v[TOTAL], e) == -1)
		return -1;
	if (c->pages != NULL && note_total(p, &v[PAGES], e) == -1)
		return -1;
	p->position++;
	if (c->pages != NULL && p->position >= p->total + c->first)
		return 0;
	if (c->pages == NULL && returned == 0)
		return 0;
	/* A total of records ends it only when it began with the first. */
	if (c->pages == NULL && c->total != NULL &&
	    p->position - c->first == p->pages + 1 &&
	    p->seen + returned >= p->total)
		return 0;
	return pager_set_number(p, c->param, p->position, e) == -1 ? -1 : 1;
}

/* Text of a member that leads on; NULL when it is missing, null or empty. */
static int
lead(const struct json_want *want, const char **text, struct err *e)
{
	*text = NULL;
	switch (want->type) {
	case JSON_ABSENT:
	case JSON_NULL:
		return 0;
	case JSON_BOOL:
		if (strcmp(want->text, "false") == 0)
			return 0;
		break;
	case JSON_STRING:
	case JSON_NUMBER:
		if (strlen(want->text) != want->len)
			break;
		if (want->len > 0)
			*text = want->text;
		return 0;
	default:
		break;
	}
	return err_set(e, EXIT_DATA, "its member '%s' leads nowhere",
	    want->path);
}

static int
after_cursor(struct pager *p, const struct json_want v[WANTS], struct err *e)
{
	const char *cursor;

	if (lead(&v[NEXT], &cursor, e) == -1)
		return -1;
	if (cursor == NULL)
		return 0;
	return pager_set_url(p, url_query_set(p->url, p->config->param, cursor,
	    e)) == -1 ? -1 : 1;
}

static int
go_to(struct pager *p, const char *base, const char *reference, struct err *e)
{
	char *url = url_join(base, reference, e);
	char shown[256];
	int same;

	if (url == NULL)
		return -1;
	same = url_same_origin(p->origin, url, e);
	if (same == 0) {
		show_url(url, shown, sizeof shown);
		err_set(e, EXIT_REMOTE, "the next page would be '%s', another "
		    "origin", shown);
	}
	if (same <= 0) {
		free(url);
		return -1;
	}
	pager_set_url(p, url);
	return 1;
}

static int
after_next(struct pager *p, const struct json_want v[WANTS], const char *base,
    struct err *e)
{
	const char *next;

	if (lead(&v[NEXT], &next, e) == -1)
		return -1;
	return next == NULL ? 0 : go_to(p, base, next, e);
}

static int
after_link(struct pager *p, const char *base,
    const char *(*link)(const void *ctx, unsigned i), const void *ctx,
    struct err *e)
{
	const char *value, *target = NULL;
	size_t len = 0;
	char *reference;
	int r;

	for (unsigned i = 0; target == NULL && (value = link(ctx, i)) != NULL;
	    i++)
		target = link_find(value, "next", &len);
	if (target == NULL)
		return 0;
	reference = strndup(target, len);
	if (reference == NULL)
		return err_memory(e);
	r = go_to(p, base, reference, e);
	free(reference);
	return r;
}

static int
move_on(struct pager *p, const struct json_want v[WANTS], const void *body,
    size_t len, const char *base,
    const char *(*link)(const void *ctx, unsigned i), const void *ctx,
    struct err *e)
{
	uint64_t returned;
	int r = -1;

	if (count_records(p, v, body, len, &returned, e) == -1 ||
	    check_repeated(p, body, len, returned, e) == -1 ||
	    visited_add(&p->visited, p->url, e) == -1)
		return -1;
	switch (p->config->kind) {
	case PAGER_OFFSET:
		r = after_offset(p, v, returned, e);
		break;
	case PAGER_PAGE:
		r = after_page(p, v, returned, e);
		break;
	case PAGER_CURSOR:
		r = after_cursor(p, v, e);
		break;
	case PAGER_NEXT:
		r = after_next(p, v, base, e);
		break;
	case PAGER_LINK:
		r = after_link(p, base, link, ctx, e);
		break;
	}
	if (r == -1)
		return -1;
	p->pages++;
	p->seen += returned;
	if (r == 0) {
		free(p->url);
		p->url = NULL;
	}
	return 0;
}

int
pager_take(struct pager *p, const void *body, size_t len, const char *base,
    const char *(*link)(const void *ctx, unsigned i), const void *ctx,
    struct err *e)
{
	const struct pager_config *c = p->config;
	/* A path that is not configured must not match: no member is empty. */
	const char *const paths[WANTS] = { [TOTAL] = c->total,
	    [PAGES] = c->pages, [AT] = c->at, [RETURNED] = c->returned,
	    [NEXT] = c->next };
	struct json_want v[WANTS];
	int r;

	for (size_t i = 0; i < WANTS; i++)
		v[i] = (struct json_want){ .path = paths[i] != NULL ?
		    paths[i] : "..", .longest = URL_MAX };
	r = json_pick(body, len, v, WANTS, e);
	if (r == 0)
		r = move_on(p, v, body, len, base, link, ctx, e);
	json_want_free(v, WANTS);
	return r;
}
