/* link: a parser for #( "<" URI ">" *( ";" name [ "=" value ] ) ). */
#include "http/link.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct slice {
	const char *at;
	size_t len;
};

static const char *
skip_space(const char *p)
{
	return p + strspn(p, " \t");
}

/* A token or a quoted string (its escapes left in, as no relation has any). */
static const char *
read_value(const char *p, struct slice *value)
{
	if (*p != '"') {
		value->at = p;
		value->len = strcspn(p, " \t;,");
		return p + value->len;
	}
	value->at = ++p;
	while (*p != '\0' && *p != '"')
		p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
	value->len = (size_t)(p - value->at);
	return *p == '"' ? p + 1 : p;
}

static bool
lists(struct slice value, const char *rel)
{
	size_t n = strlen(rel);
	const char *p = value.at, *end = value.at + value.len;

	while (p < end) {
		size_t word = strcspn(p, " \t\"");

		if (word > (size_t)(end - p))
			word = (size_t)(end - p);
		if (word == n && strncasecmp(p, rel, n) == 0)
			return true;
		p += word + 1;
	}
	return false;
}

static bool
is_name(struct slice name, const char *text)
{
	return name.len == strlen(text) &&
	    strncasecmp(name.at, text, name.len) == 0;
}

/* Reads the parameters after a target; *has: among them rel=… */
static const char *
read_parameters(const char *p, const char *rel, bool *has)
{
	bool seen = false, anchored = false;

	*has = false;
	for (p = skip_space(p); *p == ';'; p = skip_space(p)) {
		struct slice name, value = { "", 0 };

		p = skip_space(p + 1);
		name.at = p;
		name.len = strcspn(p, " \t;,=");
		p = skip_space(p + name.len);
		if (*p == '=')
			p = read_value(skip_space(p + 1), &value);
		if (is_name(name, "anchor"))
			anchored = true;
		if (is_name(name, "rel") && !seen) {
			seen = true;
			*has = lists(value, rel);
		}
	}
	*has = *has && !anchored;
	return p;
}

const char *
link_find(const char *p, const char *rel, size_t *len)
{
	while (*(p = p + strspn(p, " \t,")) == '<') {
		const char *target = p + 1;
		bool has;

		*len = strcspn(target, ">");
		if (target[*len] == '\0')
			return NULL;
		p = read_parameters(target + *len + 1, rel, &has);
		if (has)
			return target;
		if (*p != ',' && *p != '\0')
			return NULL;	/* malformed: guess nothing */
	}
	return NULL;
}
