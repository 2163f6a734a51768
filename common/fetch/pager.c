/* pager: how an API pages, the first request, and how to go on from a page. */
#include "fetch/pager_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/show.h"
#include "http/url.h"

/* The configuration, from a word on the command line. */

bool
pager_number(const char *s, uint64_t *value)
{
	*value = 0;
	if (*s == '\0' || strlen(s) > 15 ||
	    strspn(s, "0123456789") != strlen(s))
		return false;
	*value = strtoull(s, NULL, 10);
	return true;
}

static bool
set_text(struct pager_config *c, const char *name, const char *value)
{
	const struct { const char *name; const char **to; } texts[] = {
		{ "param", &c->param }, { "size-param", &c->size_param },
		{ "total", &c->total }, { "pages", &c->pages },
		{ "at", &c->at }, { "returned", &c->returned },
		{ "items", &c->items }, { "next", &c->next },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = value;
			return *value != '\0';
		}
	return false;
}

static int
set_member(struct pager_config *c, char *pair, struct err *e)
{
	char *value = strchr(pair, '=');
	bool ok = false;

	if (value != NULL) {
		*value++ = '\0';
		if (strcmp(pair, "first") == 0)
			ok = pager_number(value, &c->first);
		else if (strcmp(pair, "size") == 0)
			ok = pager_number(value, &c->size) && c->size > 0;
		else
			ok = set_text(c, pair, value);
	}
	return ok ? 0 : err_set(e, EXIT_USAGE, "--pager: '%s%s%s' is not "
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

/* Is there all that the kind lives by? */
static int
check_config(struct pager_config *c, struct err *e)
{
	bool counts = c->kind == PAGER_OFFSET || c->kind == PAGER_PAGE;

	if (c->size != 0 && c->size_param == NULL)
		return err_set(e, EXIT_USAGE, "--pager: size needs size-param");
	if (counts && c->items == NULL && c->returned == NULL &&
	    c->pages == NULL)
		return err_set(e, EXIT_USAGE, "--pager: without items, "
		    "returned or pages there is no end");
	if ((c->kind == PAGER_CURSOR || c->kind == PAGER_NEXT) &&
	    c->next == NULL)
		return err_set(e, EXIT_USAGE, "--pager: next is missing");
	return 0;
}

int
pager_parse(struct pager_config *c, char *text, struct err *e)
{
	char *rest = strchr(text, ',');

	*c = (struct pager_config){ 0 };
	if (rest != NULL)
		*rest++ = '\0';
	if (set_kind(c, text, e) == -1)
		return -1;
	while (rest != NULL) {
		char *pair = rest;

		rest = strchr(pair, ',');
		if (rest != NULL)
			*rest++ = '\0';
		if (set_member(c, pair, e) == -1)
			return -1;
	}
	return check_config(c, e);
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
		show_url(p->url, shown, sizeof shown);
		snprintf(text, size, "go on with '%s'", shown);
	}
}
