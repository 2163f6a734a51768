/* pager: from one page to the next page's URL. */
#include "fetch/pager.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_array.h"
#include "json/json.h"
#include "http/link.h"
#include "http/show.h"
#include "http/url.h"

/* The URL of the next request. */

static int
set_url(struct pager *p, char *url)
{
	if (url == NULL)
		return -1;
	free(p->url);
	p->url = url;
	return 0;
}

static int
set_number(struct pager *p, const char *name, uint64_t value, struct err *e)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRIu64, value);
	return set_url(p, url_query_set(p->url, name, digits, e));
}

/* A parameter that the user gave counts, if it is a number; else value does,
 * and is sent. */
static int
keep_or_set(struct pager *p, const char *name, uint64_t *value, struct err *e)
{
	char *given;
	int r = 0;

	if (url_query_get(p->url, name, &given, e) == -1)
		return -1;
	if (given == NULL)
		return *value == 0 && name == p->config->size_param ? 0 :
		    set_number(p, name, *value, e);
	if (!pager_number(given, value))
		r = err_set(e, EXIT_USAGE, "'%s=%s' is not a number", name,
		    given);
	free(given);
	return r;
}

static int
set_start(struct pager *p, uint64_t start_page, struct err *e)
{
	const struct pager_config *c = p->config;
	uint64_t size = c->size, skip = start_page - 1;

	if (c->size_param != NULL && keep_or_set(p, c->size_param, &size, e) == -1)
		return -1;
	if (c->kind != PAGER_OFFSET && c->kind != PAGER_PAGE)
		return skip == 0 ? 0 : err_set(e, EXIT_USAGE,
		    "--start-page: such pages have no numbers");
	p->position = c->first;
	if (skip == 0)
		return keep_or_set(p, c->param, &p->position, e);
	if (c->kind == PAGER_OFFSET && size == 0)
		return err_set(e, EXIT_USAGE,
		    "--start-page: the size of a page is not known");
	if (c->kind == PAGER_PAGE)
		size = 1;
	if (skip > (INT64_MAX - p->position) / size)
		return err_set(e, EXIT_USAGE, "--start-page: there is no such "
		    "page of %" PRIu64 " records", size);
	p->position += skip * size;
	return set_number(p, c->param, p->position, e);
}

int
pager_init(struct pager *p, const struct pager_config *config,
    const char *url, uint64_t start_page, struct err *e)
{
	*p = (struct pager){ .config = config, .origin = url,
	    .url = strdup(url) };
	if (p->url == NULL)
		return err_memory(e);
	if (set_start(p, start_page, e) == -1) {
		pager_free(p);
		return -1;
	}
	return 0;
}

void
pager_free(struct pager *p)
{
	free(p->url);
	free(p->visited);
	p->url = NULL;
	p->visited = NULL;
}

const char *
pager_url(const struct pager *p)
{
	return p->url;
}

/* Circles: an open hash table of what has been asked for.  Its size follows
 * the number of pages, which the caller bounds. */

static uint64_t
hash_of(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static bool
insert(uint64_t *table, size_t room, uint64_t h)
{
	size_t i = (size_t)h & (room - 1);

	for (; table[i] != 0; i = (i + 1) & (room - 1))
		if (table[i] == h)
			return false;
	table[i] = h;
	return true;
}

static int
grow_visited(struct pager *p, struct err *e)
{
	size_t room = p->visited_room == 0 ? 256 : p->visited_room * 2;
	uint64_t *table = calloc(room, sizeof *table);

	if (table == NULL)
		return err_memory(e);
	for (size_t i = 0; i < p->visited_room; i++)
		if (p->visited[i] != 0)
			insert(table, room, p->visited[i]);
	free(p->visited);
	p->visited = table;
	p->visited_room = room;
	return 0;
}

static int
visit(struct pager *p, struct err *e)
{
	if (p->pages * 2 >= p->visited_room && grow_visited(p, e) == -1)
		return -1;
	if (!insert(p->visited, p->visited_room, hash_of(p->url)))
		return err_set(e, EXIT_DATA, "the pages lead in a circle");
	return 0;
}

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
count_records(struct pager *p, const struct json_want v[WANTS], const void *body,
    size_t len, uint64_t *n, struct err *e)
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
after_offset(struct pager *p, const struct json_want v[WANTS], uint64_t returned,
    struct err *e)
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
	return set_number(p, c->param, p->position, e) == -1 ? -1 : 1;
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
	return set_number(p, c->param, p->position, e) == -1 ? -1 : 1;
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
	return set_url(p, url_query_set(p->url, p->config->param, cursor,
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
	set_url(p, url);
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
	    visit(p, e) == -1)
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

/* A cursor is no secret, only a place in the list. */
static void
hint_cursor(const struct pager *p, char *text, size_t size)
{
	struct err e = ERR_NONE;
	char *cursor = NULL, *query = NULL;

	if (url_query_get(p->url, p->config->param, &cursor, &e) == 0 &&
	    cursor != NULL)
		query = url_query_set("", p->config->param, cursor, &e);
	snprintf(text, size, "go on with %s", query != NULL ? query + 1 :
	    "the last page's cursor");
	free(query);
	free(cursor);
}

void
pager_hint(const struct pager *p, char *text, size_t size)
{
	const struct pager_config *c = p->config;
	uint64_t skipped = p->position - c->first;
	char shown[512];

	if (p->url == NULL || size == 0) {
		snprintf(text, size, "%s", "");
		return;
	}
	if (c->kind == PAGER_PAGE) {
		snprintf(text, size, "go on with --start-page %" PRIu64,
		    skipped + 1);
	} else if (c->kind == PAGER_OFFSET && c->size != 0 &&
	    p->position >= c->first && skipped % c->size == 0) {
		snprintf(text, size, "go on with --start-page %" PRIu64,
		    skipped / c->size + 1);
	} else if (c->kind == PAGER_OFFSET) {
		snprintf(text, size, "go on with %s=%" PRIu64, c->param,
		    p->position);
	} else if (c->kind == PAGER_CURSOR && p->pages > 0) {
		hint_cursor(p, text, size);
	} else {
		show_url(p->url, shown, sizeof shown);
		snprintf(text, size, "go on with '%s'", shown);
	}
}
