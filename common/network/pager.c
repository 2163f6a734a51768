/* pager: from one page's envelope to the next page's URL. */
#include "network/pager.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/json.h"
#include "network/url.h"

/* Replaces the URL by itself with a parameter set to a number. */
static int
set_number(struct pager *p, const char *name, uint64_t value, struct err *e)
{
	char digits[24], *url;

	snprintf(digits, sizeof digits, "%" PRIu64, value);
	url = url_query_set(p->url, name, digits, e);
	if (url == NULL)
		return -1;
	free(p->url);
	p->url = url;
	return 0;
}

/* A parameter that the user gave must be a number; 0 when there is none. */
static int
check_given(const struct pager *p, const char *name, bool *given,
    struct err *e)
{
	char *value = url_query_get(p->url, name);
	bool number = value != NULL && *value != '\0' &&
	    strspn(value, "0123456789") == strlen(value);

	*given = value != NULL;
	if (value != NULL && !number)
		err_set(e, EXIT_USAGE, "'%s=%s' is not a number", name, value);
	free(value);
	return *given && !number ? -1 : 0;
}

static int
set_default(struct pager *p, const char *name, uint64_t value, struct err *e)
{
	bool given;

	if (name == NULL)
		return 0;
	if (check_given(p, name, &given, e) == -1)
		return -1;
	return given ? 0 : set_number(p, name, value, e);
}

int
pager_init(struct pager *p, const struct pager_config *config,
    const char *url, struct err *e)
{
	*p = (struct pager){ .config = config, .url = strdup(url) };
	if (p->url == NULL)
		return err_set(e, EXIT_INTERNAL, "out of memory");
	if (set_default(p, config->start_name, config->first, e) == -1 ||
	    set_default(p, config->size_name, config->size, e) == -1) {
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
}

const char *
pager_url(const struct pager *p)
{
	return p->url;
}

static int
number_of(const struct json_want *want, uint64_t *value, struct err *e)
{
	if (json_want_number(want, value))
		return 0;
	return err_set(e, EXIT_DATA, "its member '%s' is %s", want->path,
	    want->type == JSON_ABSENT ? "missing" : "not a whole number");
}

static int
move_on(struct pager *p, const struct json_want wants[3], struct err *e)
{
	uint64_t at, returned;

	if (number_of(&wants[0], &p->total, e) == -1 ||
	    number_of(&wants[1], &at, e) == -1 ||
	    number_of(&wants[2], &returned, e) == -1)
		return -1;
	p->pages++;
	/* Numbers are below 2^63: their sum cannot wrap.  A short page is not
	 * the last one; an empty one is. */
	if (returned == 0 || at + returned >= p->total + p->config->first) {
		pager_free(p);
		return 0;
	}
	return set_number(p, p->config->start_name, at + returned, e);
}

int
pager_take(struct pager *p, const void *body, size_t len, struct err *e)
{
	struct json_want wants[3] = { { .path = p->config->total_path },
	    { .path = p->config->at_path },
	    { .path = p->config->returned_path } };
	int r = json_pick(body, len, wants, 3, e);

	if (r == 0)
		r = move_on(p, wants, e);
	json_want_free(wants, 3);
	return r;
}
