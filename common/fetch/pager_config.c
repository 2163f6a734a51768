/* pager: its configuration, from a word on the command line. */
#include "fetch/pager.h"

#include <stdlib.h>
#include <string.h>

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
