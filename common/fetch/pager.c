/* pager: how an API pages, the first request, and how to go on from a page. */
#include "fetch/pager_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/show.h"
#include "http/url.h"
#include "json/path.h"

/* The configuration, from a word on the command line. */

/* A whole decimal number of up to 15 digits; false: it is none. */
static bool
read_number(const char *s, uint64_t *value)
{
	*value = 0;
	if (*s == '\0' || strlen(s) > 15 ||
	    strspn(s, "0123456789") != strlen(s))
		return false;
	*value = strtoull(s, NULL, 10);
	return true;
}

/* 1: value is a path or a header as it may be, without its "?"; 0: a word that
 * is none of that; -1 with e. */
static int
check_path(char *value, bool header, bool *optional, struct err *e)
{
	struct path path;
	size_t len = strlen(value);
	int r;

	if (header && strncmp(value, PAGER_HEADER, strlen(PAGER_HEADER)) == 0) {
		*optional = value[len - 1] == '?';
		len -= *optional;
		r = len > strlen(PAGER_HEADER);
	} else {
		r = path_parse(&path, value, optional, e) == -1 ? -1 : 1;
		path_free(&path);
		len -= *optional;
	}
	value[len] = '\0';
	return r == -1 ? err_prefix(e, "--pager") : r;
}

/* As check_path; 0 also where there is no such name. */
static int
set_text(struct pager_config *c, const char *name, char *value, struct err *e)
{
	enum { TEXT, PATH, HEADER };
	bool no = false;
	const struct { const char *name; const char **to; int form;
	    bool *optional; } texts[] = {
		{ "param", &c->param, TEXT, &no },
		{ "size-param", &c->size_param, TEXT, &no },
		{ "total", &c->total, HEADER, &no },
		{ "pages", &c->pages, HEADER, &no },
		{ "at", &c->at, PATH, &no },
		{ "returned", &c->returned, PATH, &no },
		{ "items", &c->items, PATH, &no },
		{ "last", &c->last, PATH, &no },
		{ "next", &c->next, HEADER, &c->next_optional },
		{ "more", &c->more, HEADER, &c->more_optional },
		{ "done", &c->done, HEADER, &c->done_optional },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int r = 1;

		if (strcmp(name, texts[i].name) != 0)
			continue;
		if (*value == '\0')
			return 0;
		if (texts[i].form != TEXT)
			r = check_path(value, texts[i].form == HEADER,
			    texts[i].optional, e);
		*texts[i].to = value;
		return no ? 0 : r;
	}
	return 0;
}

static int
set_member(struct pager_config *c, char *pair, struct err *e)
{
	char *value = strchr(pair, '=');
	int ok = 0;

	if (value != NULL) {
		*value++ = '\0';
		if (strcmp(pair, "first") == 0)
			ok = read_number(value, &c->first);
		else if (strcmp(pair, "size") == 0)
			ok = read_number(value, &c->size) && c->size > 0;
		else
			ok = set_text(c, pair, value, e);
	}
	return ok == 1 ? 0 : ok == -1 ? -1 : err_set(e, EXIT_USAGE, "--pager: '%s%s%s' is not "
	    "understood", pair, value != NULL ? "=" : "",
	    value != NULL ? value : "");
}

static int
set_kind(struct pager_config *c, const char *kind, struct err *e)
{
	static const struct { const char *name, *param; enum pager_kind kind;
	    uint64_t first; } kinds[] = {
		{ "offset", "offset", PAGER_OFFSET, 0 },
		{ "page", "page", PAGER_PAGE, 1 },
		{ "cursor", "cursor", PAGER_CURSOR, 0 },
		{ "next", NULL, PAGER_NEXT, 0 },
		{ "link", NULL, PAGER_LINK, 0 },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kind, kinds[i].name) == 0) {
			c->kind = kinds[i].kind;
			c->param = kinds[i].param;
			c->first = kinds[i].first;
			return 0;
		}
	return err_set(e, EXIT_USAGE, "--pager: there is no kind '%s'", kind);
}

/* Ends the word at text, and gives what is after its comma, or NULL. */
static char *
cut_word(char *text)
{
	bool quoted = false;

	for (; *text != '\0'; text++) {
		quoted ^= *text == '"';
		if (*text == ',' && !quoted) {
			*text = '\0';
			return text + 1;
		}
	}
	return NULL;
}

int
pager_parse(struct pager_config *c, char *text, struct err *e)
{
	char *rest = cut_word(text);

	*c = (struct pager_config){ 0 };
	if (set_kind(c, text, e) == -1)
		return -1;
	while (rest != NULL) {
		char *pair = rest;

		rest = cut_word(pair);
		if (set_member(c, pair, e) == -1)
			return -1;
	}
	return 0;
}

int
pager_check(const struct pager_config *c, const char *items, struct err *e)
{
	bool counts = c->kind == PAGER_OFFSET || c->kind == PAGER_PAGE;
	bool has_items = c->items != NULL ||
	    (items != NULL && c->returned == NULL);

	if (c->size != 0 && c->size_param == NULL)
		return err_set(e, EXIT_USAGE, "--pager: size needs size-param");
	if (counts && !has_items && c->returned == NULL && c->pages == NULL &&
	    c->more == NULL && c->done == NULL)
		return err_set(e, EXIT_USAGE, "--pager: without items, "
		    "returned, pages, more or done there is no end");
	if (c->last != NULL && (c->kind != PAGER_CURSOR || c->next != NULL ||
	    !has_items))
		return err_set(e, EXIT_USAGE, "--pager: last goes with cursor "
		    "and items, and without next");
	if ((c->kind == PAGER_CURSOR || c->kind == PAGER_NEXT) &&
	    c->next == NULL && c->last == NULL)
		return err_set(e, EXIT_USAGE, "--pager: next is missing");
	return 0;
}

/* The URL of the next request. */

int
pager_set_url(struct pager *p, char *url)
{
	if (url == NULL)
		return -1;
	free(p->url);
	p->url = url;
	return 0;
}

int
pager_set_number(struct pager *p, const char *name, uint64_t value, struct err *e)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRIu64, value);
	return pager_set_url(p, url_query_set(p->url, name, digits, e));
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
		    pager_set_number(p, name, *value, e);
	if (!read_number(given, value))
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

	if (c->size_param != NULL &&
	    keep_or_set(p, c->size_param, &size, e) == -1)
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
	return pager_set_number(p, c->param, p->position, e);
}

int
pager_init(struct pager *p, const struct pager_config *config,
    const struct pager_terms *terms, const char *url, uint64_t start_page,
    struct err *e)
{
	*p = (struct pager){ .origin = url, .url = strdup(url),
	    .own = *config, .terms = *terms, .whole = start_page == 1 };
	if (p->url == NULL)
		return err_memory(e);
	p->config = &p->own;
	if (p->own.items == NULL && p->own.returned == NULL)
		p->own.items = terms->items;
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
	p->url = NULL;
	visited_free(&p->visited);
}

const char *
pager_url(const struct pager *p)
{
	return p->url;
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
		show_url_whole(p->url, shown, sizeof shown);
		snprintf(text, size, "go on with '%s'", shown);
	}
}
