/* pager: from one page to the next page's URL. */
#define _GNU_SOURCE	/* asprintf */
#include "fetch/pager_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/link.h"
#include "http/show.h"
#include "http/url.h"
#include "json/json.h"
#include "json/json_array.h"

/* What is looked for in a page. */
enum { TOTAL, PAGES, AT, RETURNED, NEXT, MORE, FINISHED, WANTS };

/* One page, and what it says. */
struct page {
	const char *body;
	size_t len;
	const char *base;
	pager_header *header;
	const void *ctx;		/* for header */
	struct json_want v[WANTS];
	uint64_t returned;		/* records; 0: none, or not known */
};

/* A server that does not look at the number or the cursor that it is sent gives
 * the same page for ever. */
static int
repeated(const struct pager *p, struct err *e)
{
	return err_set(e, EXIT_DATA, "it is the same as the page before: the "
	    "list has ended, or '%s' does not number its pages",
	    p->config->param != NULL ? p->config->param : "its link");
}

/* 1: the page has the bytes of the one before; 0; -1.  Notes them. */
static int
note_bytes(struct pager *p, const struct page *g, struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	bool same;

	if (sha256_of(g->body, g->len, digest, e) == -1)
		return -1;
	same = p->pages > 0 && memcmp(digest, p->digest, sizeof digest) == 0;
	memcpy(p->digest, digest, sizeof digest);
	return same;
}

/* Values. */

static int
number_of(const struct json_want *want, uint64_t *value, struct err *e)
{
	if (json_want_number(want, value))
		return 0;
	return err_set(e, EXIT_DATA, "its member '%s' is %s", want->path,
	    want->type == JSON_ABSENT ? "missing" : "not a whole number");
}

/* 1 yes, 0 no, 2 it does not say, -1. */
static int
flag_of(const struct json_want *want, bool optional, struct err *e)
{
	if (want->text != NULL && (strcmp(want->text, "true") == 0 ||
	    strcmp(want->text, "1") == 0))
		return 1;
	if (want->text != NULL && (strcmp(want->text, "false") == 0 ||
	    strcmp(want->text, "0") == 0))
		return 0;
	if (optional && (want->type == JSON_ABSENT || want->type == JSON_NULL))
		return 2;
	return err_set(e, EXIT_DATA, "its member '%s' is %s", want->path,
	    want->type == JSON_ABSENT ? "missing" : "neither true nor false");
}

/* The page's records are known to be so many, or not. */
static int
count_records(const struct pager *p, struct page *g, struct err *e)
{
	const struct pager_config *c = p->config;
	struct json_array it;
	enum json_type type;

	g->returned = 0;
	if (c->returned != NULL)
		return number_of(&g->v[RETURNED], &g->returned, e);
	if (c->items == NULL)
		return 0;
	type = json_array_open(&it, g->body, g->len, c->items);
	if (type == JSON_OBJECT || (type == JSON_ABSENT &&
	    !p->terms.missing_empty))
		return err_set(e, EXIT_DATA, "its member '%s' is %s", c->items,
		    type == JSON_ABSENT ? "missing" : "no array");
	g->returned = json_array_count(&it);
	return 0;
}

static bool
counts(const struct pager_config *c)
{
	return c->items != NULL || c->returned != NULL;
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

/* Moving on, a function for each kind: 1 there is a next page, 0 that was the
 * last, -1 error. */

/* Numbers are below 2^63, so no sum of two wraps.  A short page is not the
 * last one; an empty one is. */
static int
after_offset(struct pager *p, const struct page *g, struct err *e)
{
	const struct pager_config *c = p->config;
	uint64_t at = p->position, returned = g->returned;

	if (c->at != NULL && number_of(&g->v[AT], &at, e) == -1)
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
after_page(struct pager *p, const struct page *g, struct err *e)
{
	const struct pager_config *c = p->config;

	if (c->pages != NULL && note_total(p, &g->v[PAGES], e) == -1)
		return -1;
	p->position++;
	if (c->pages != NULL && p->position >= p->total + c->first)
		return 0;
	if (c->pages == NULL && counts(c) && g->returned == 0)
		return 0;
	/* A total of records ends it only when it began with the first. */
	if (c->pages == NULL && c->total != NULL &&
	    p->position - c->first == p->pages + 1 &&
	    p->seen + g->returned >= p->total)
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

/* The next URL, which becomes the pager's.  Some APIs have a last page that leads
 * to itself; a first one that does leads in a circle, and so does a page that is
 * the same as the one before. */
static int
lead_to(struct pager *p, char *url, bool same_bytes, struct err *e)
{
	if (strcmp(url, p->url) != 0 || p->pages == 0 ||
	    p->config->kind == PAGER_LINK) {
		pager_set_url(p, url);
		return 1;
	}
	free(url);
	if (same_bytes)
		return repeated(p, e);
	p->end = PAGER_STAYS;
	return 0;
}

/* The cursor of an API that has it in its last record. */
static int
last_record(const struct pager *p, const struct page *g,
    struct json_want *cursor, struct err *e)
{
	struct json_array it;
	const char *text = NULL;
	size_t len = 0;

	*cursor = (struct json_want){ .path = p->config->last,
	    .longest = URL_MAX };
	if (json_array_open(&it, g->body, g->len, p->config->items) ==
	    JSON_ARRAY)
		while (json_array_next(&it, &text, &len))
			;
	if (text == NULL)
		return 0;
	if (json_pick(text, len, cursor, 1, e) == -1)
		return -1;
	return cursor->type == JSON_STRING || cursor->type == JSON_NUMBER ? 0 :
	    err_set(e, EXIT_DATA, "the last record's member '%s' is no "
	    "cursor", p->config->last);
}

static int
after_cursor(struct pager *p, const struct page *g, bool same_bytes,
    struct err *e)
{
	struct json_want last = { .path = NULL };
	const char *cursor = NULL;
	char *url = NULL;
	int r = 0;

	if (p->config->last != NULL)
		r = last_record(p, g, &last, e);
	if (r == 0)
		r = lead(p->config->last != NULL ? &last : &g->v[NEXT],
		    &cursor, e);
	if (r == 0 && cursor != NULL)
		url = url_query_set(p->url, p->config->param, cursor, e);
	if (r == 0 && cursor != NULL)
		r = url == NULL ? -1 : lead_to(p, url, same_bytes, e);
	json_want_free(&last, 1);
	return r;
}

static int
go_to(struct pager *p, const struct page *g, const char *reference,
    bool same_bytes, struct err *e)
{
	char *url = url_join(g->base, reference, e), *other;
	char shown[256];
	int same;

	if (url != NULL && p->terms.same_origin) {
		other = url;
		url = url_move(other, p->origin, e);
		free(other);
	}
	if (url == NULL)
		return -1;
	same = url_same_origin(p->origin, url, e);
	if (same == 0) {
		show_url(url, shown, sizeof shown);
		err_set(e, EXIT_REMOTE, "the next page would be '%s', another "
		    "origin (--same-origin-links keeps to the first)", shown);
	}
	if (same <= 0) {
		free(url);
		return -1;
	}
	return lead_to(p, url, same_bytes, e);
}

static int
after_next(struct pager *p, const struct page *g, bool same_bytes,
    struct err *e)
{
	const char *next;

	if (lead(&g->v[NEXT], &next, e) == -1)
		return -1;
	return next == NULL ? 0 : go_to(p, g, next, same_bytes, e);
}

static int
after_link(struct pager *p, const struct page *g, bool same_bytes,
    struct err *e)
{
	const char *value, *target = NULL;
	size_t len = 0;
	char *reference;
	int r;

	for (unsigned i = 0; target == NULL &&
	    (value = g->header(g->ctx, "Link", i)) != NULL; i++) {
		p->led = true;
		target = link_find(value, "next", &len);
	}
	if (target == NULL)
		return 0;
	reference = strndup(target, len);
	if (reference == NULL)
		return err_memory(e);
	r = go_to(p, g, reference, same_bytes, e);
	free(reference);
	return r;
}

/* Ends. */

/* 1: the page says that it is the last; 2: it says that it is not; 0: it does
 * not say; -1. */
static int
says_end(const struct pager *p, const struct page *g, struct err *e)
{
	const struct pager_config *c = p->config;
	int more = 2, done = 2;

	if (c->more != NULL)
		more = flag_of(&g->v[MORE], c->more_optional, e);
	if (more != -1 && c->done != NULL)
		done = flag_of(&g->v[FINISHED], c->done_optional, e);
	if (more == -1 || done == -1)
		return -1;
	return more == 0 || done == 1 ? 1 : more == 1 || done == 0 ? 2 : 0;
}

/* Are all records there that the total says? */
static bool
is_all(const struct pager *p, const struct page *g)
{
	return p->config->total != NULL && p->whole && counts(p->config) &&
	    p->seen + g->returned >= p->total;
}

/* No page leads on.  If none ever did, it may be that the wrong member is
 * looked for. */
static int
judge_end(struct pager *p, const struct page *g, bool more, struct err *e)
{
	const struct pager_config *c = p->config;
	bool dots = c->next != NULL && strchr(c->next, '.') != NULL &&
	    strchr(c->next, '"') == NULL;

	if (more)
		return err_set(e, EXIT_DATA, "it says that there is another "
		    "page, but not which");
	if (p->end != PAGER_GOES_ON)
		return 0;
	p->end = p->config->total != NULL && p->whole && counts(c) &&
	    p->seen + g->returned < p->total ? PAGER_SHORT : PAGER_ENDED;
	if (p->led || (counts(c) && p->seen + g->returned == 0) ||
	    is_all(p, g))
		return 0;
	if (c->kind == PAGER_LINK)
		p->end = PAGER_UNLED;
	if ((c->kind != PAGER_CURSOR && c->kind != PAGER_NEXT) ||
	    c->next == NULL || c->next_optional)
		return 0;
	return err_set(e, EXIT_DATA, "'%s' was never there, so whether the "
	    "list ends here is not known (where that means its end: "
	    "next=%s?%s)", c->next, c->next, dots ? "; a name with dots is "
	    "quoted: next=\"a.b\"" : "");
}

static int
follow(struct pager *p, const struct page *g, bool same_bytes, struct err *e)
{
	switch (p->config->kind) {
	case PAGER_OFFSET:
		return after_offset(p, g, e);
	case PAGER_PAGE:
		return after_page(p, g, e);
	case PAGER_CURSOR:
		return after_cursor(p, g, same_bytes, e);
	case PAGER_NEXT:
		return after_next(p, g, same_bytes, e);
	case PAGER_LINK:
		break;
	}
	return after_link(p, g, same_bytes, e);
}

void
pager_stop(struct pager *p)
{
	p->end = PAGER_ENDED;
	free(p->url);
	p->url = NULL;
}

static int
move_on(struct pager *p, struct page *g, struct err *e)
{
	const struct pager_config *c = p->config;
	bool numbered = c->kind == PAGER_OFFSET || c->kind == PAGER_PAGE;
	int same, says, r;

	if (count_records(p, g, e) == -1 || (same = note_bytes(p, g, e)) == -1)
		return -1;
	if (same == 1 && numbered && (g->returned > 0 || !counts(c)))
		return repeated(p, e);
	if (visited_add(&p->visited, p->url, e) == -1 ||
	    (c->total != NULL && note_total(p, &g->v[TOTAL], e) == -1) ||
	    (says = says_end(p, g, e)) == -1)
		return -1;
	p->led |= g->v[NEXT].type != JSON_ABSENT;
	if (says == 1 || (says == 0 && !numbered && is_all(p, g)))
		r = 0;
	else if ((r = follow(p, g, same == 1, e)) == 0 &&
	    judge_end(p, g, says == 2 && !numbered &&
	    p->end != PAGER_STAYS, e) == -1)
		return -1;
	if (r == -1)
		return -1;
	p->pages++;
	p->seen += g->returned;
	if (r == 0) {
		if (p->end == PAGER_GOES_ON)
			p->end = PAGER_ENDED;
		free(p->url);
		p->url = NULL;
	}
	return 0;
}

/* Headers' values in place of members'. */
static int
take_headers(struct page *g, struct err *e)
{
	const size_t prefix = strlen(PAGER_HEADER);

	for (struct json_want *w = g->v; w < g->v + WANTS; w++) {
		const char *name = w->path + prefix, *value = NULL, *one;

		if (strncmp(w->path, PAGER_HEADER, prefix) != 0)
			continue;
		json_want_free(w, 1);	/* a member of that name is none */
		for (unsigned i = 0; (one = g->header(g->ctx, name, i)) != NULL;
		    i++)
			value = one;
		if (value == NULL)
			continue;
		if (strcasecmp(name, "Content-Range") == 0 &&
		    (one = strrchr(value, '/')) != NULL)
			value = one + 1;
		w->len = strlen(value);
		w->type = w->len > 0 &&
		    strspn(value, "0123456789") == w->len ? JSON_NUMBER :
		    JSON_STRING;
		if (asprintf(&w->text, "%s", value) < 0) {
			w->text = NULL;
			return err_memory(e);
		}
	}
	return 0;
}

int
pager_take(struct pager *p, const void *body, size_t len, const char *base,
    pager_header *header, const void *ctx, struct err *e)
{
	const struct pager_config *c = p->config;
	const char *const paths[WANTS] = { [TOTAL] = c->total,
	    [PAGES] = c->pages, [AT] = c->at, [RETURNED] = c->returned,
	    [NEXT] = c->next, [MORE] = c->more, [FINISHED] = c->done };
	struct page g = { .body = body, .len = len, .base = base,
		.header = header, .ctx = ctx };
	int r;

	/* A path that is not configured must not match: no member is empty. */
	for (size_t i = 0; i < WANTS; i++)
		g.v[i] = (struct json_want){ .path = paths[i] != NULL ?
		    paths[i] : "..", .longest = URL_MAX };
	r = json_pick(body, len, g.v, WANTS, e);
	if (r == 0)
		r = take_headers(&g, e);
	if (r == 0)
		r = move_on(p, &g, e);
	json_want_free(g.v, WANTS);
	return r;
}
