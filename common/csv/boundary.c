/* boundary: from the end of a text back to the last record's end. */
#define _GNU_SOURCE	/* memrchr */
#include <string.h>

#include "csv/boundary.h"
#include "json/scan_part.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

/* The end of a string without escapes; NULL: it is not one, or not whole. */
static const char *
skip_string(const char *p, const char *end)
{
	if (p == end || *p != '"')
		return NULL;
	for (p++; p < end && *p != '\\' && *p != '\0'; p++) {
		if (*p == '"')
			return p + 1;
	}
	return NULL;
}

/* The end of a number, a literal or a string; p if it is none of them. */
static const char *
skip_scalar(const char *p, const char *end)
{
	const char *after = skip_string(p, end);

	if (after != NULL)
		return after;
	while (p < end && ((*p >= '0' && *p <= '9') || (*p >= 'a' &&
	    *p <= 'z') || *p == '-' || *p == '+' || *p == '.' || *p == 'E'))
		p++;
	return p;
}

/* The first names of the object at p, as far as they can be seen. */
static void
read_names(const char *p, const char *end, struct boundary_names *names)
{
	const char *name, *after;

	names->n = 0;
	do {
		name = skip_space(p + 1, end);
		after = skip_string(name, end);
		if (after == NULL)
			return;
		p = skip_space(after, end);
		if (p == end || *p != ':')
			return;
		names->at[names->n] = name;
		names->len[names->n++] = (size_t)(after - name);
		p = skip_scalar(skip_space(p + 1, end), end);
		p = skip_space(p, end);
	} while (names->n < BOUNDARY_NAMES && p < end && *p == ',');
}

static bool
same_names(const struct boundary_names *a, const struct boundary_names *b)
{
	unsigned i;

	for (i = 0; i < a->n && i < b->n; i++) {
		if (a->len[i] != b->len[i] ||
		    memcmp(a->at[i], b->at[i], a->len[i]) != 0)
			return false;
	}
	return a->n == b->n;
}

void
boundary_learn(struct boundary *c, const struct scan *s)
{
	c->in_array = scan_in_array(s);
	memcpy(c->head, s->head, sizeof(c->head));
	c->names.n = 0;
	if (c->head[0] == '{')
		read_names(c->head, c->head + sizeof(c->head), &c->names);
}

/* The end of the last line feed that the beginning of a document follows, or a
 * comma and that. */
static size_t
find_line(const char *text, size_t len)
{
	size_t end = len;
	const char *lf;

	while ((lf = memrchr(text, '\n', end)) != NULL) {
		end = (size_t)(lf - text);
		if (end + 1 == len)
			return end + 1;
		lf += lf[1] == ',' && end + 2 < len;
		if (lf[1] == '{' || lf[1] == '[')
			return end + 1;
	}
	return 0;
}

/* If the bracket at p follows another element: the end of that element. */
static const char *
element_before(const char *text, const char *p)
{
	do {
		if (p == text)
			return NULL;
		p--;
	} while (is_space(*p));
	if (*p != ',')
		return NULL;
	do {
		if (p == text)
			return NULL;
		p--;
	} while (is_space(*p));
	return *p == '}' ? p + 1 : NULL;
}

static size_t
find_element(const struct boundary *c, const char *text, size_t len)
{
	const char *p, *before;
	struct boundary_names names;
	size_t end = len;

	if (c->names.n == 0)
		return 0;
	while ((p = memrchr(text, '{', end)) != NULL) {
		end = (size_t)(p - text);
		before = element_before(text, p);
		if (before == NULL)
			continue;
		read_names(p, text + len, &names);
		if (same_names(&names, &c->names))
			return (size_t)(before - text);
	}
	return 0;
}

size_t
boundary_find(const struct boundary *c, const char *text, size_t len)
{
	return c->in_array ? find_element(c, text, len) : find_line(text, len);
}
