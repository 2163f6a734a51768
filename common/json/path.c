/* path: a small recursive-descent reader of paths and field lists. */
#include <stdlib.h>
#include <string.h>

#include "json/path.h"

#define NAME_STOPS ".,=?\""
#define OPERATOR_STOPS " \t<>!~"

/* Where a list stands, and the whole of it for messages. */
struct cursor {
	const char *at, *text;
	const char *stops;	/* where a bare name ends */
	struct err *e;
};

static int
wrong(const struct cursor *c, const char *why)
{
	err_set(c->e, EXIT_USAGE, "cannot read path '%.200s': %s at "
	    "character %zu", c->text, why, (size_t)(c->at - c->text) + 1);
	return -1;
}

/* The end of the word at from, quoted or bare up to any of stops; NULL when
 * its quote is not closed. */
static const char *
word_end(const char *from, const char *stops)
{
	if (*from != '"')
		return from + strcspn(from, stops);
	do {
		from = strchr(from + 1, '"');	/* after the opening, or a
						 * doubled one */
		if (from == NULL)
			return NULL;
		from++;
	} while (*from == '"');
	return from;
}

/* The end of the name that path begins with, whatever it holds. */
static const char *
name_end(const char *path)
{
	const char *end = word_end(path, ".");

	return end != NULL ? end : path + strlen(path);
}

size_t
path_count(const char *path)
{
	size_t n = 1;

	while (*(path = name_end(path)) == '.') {
		path++;
		n++;
	}
	return n;
}

bool
path_name_is(const char *path, size_t i, const void *name, size_t len)
{
	const char *at = name, *stop = at + len, *end;

	for (; i > 0; i--)
		path = name_end(path) + 1;
	end = name_end(path);
	if (*path != '"')
		return (size_t)(end - path) == len &&
		    memcmp(path, name, len) == 0;
	for (path++, end--; path < end && at < stop && *path == *at; path++)
		path += *at++ == '"';	/* a quote is doubled */
	return path == end && at == stop;
}

/* Copies the word from..end without its quotes; gives the end of the copy,
 * after its NUL. */
static char *
copy_word(const char *from, const char *end, char *to)
{
	bool quoted = *from == '"';

	if (quoted) {
		from++;
		end--;
	}
	while (from < end) {
		if (quoted && *from == '"')
			from++;		/* a quote is doubled */
		*to++ = *from++;
	}
	*to++ = '\0';
	return to;
}

/* Goes over one word; its beginning, or NULL after an error. */
static const char *
pass_word(struct cursor *c, const char *stops)
{
	const char *from = c->at, *end = word_end(from, stops);

	if (end == NULL || end - from > PATH_NAME_MAX) {
		wrong(c, end == NULL ? "a quote is not closed" :
		    "a name is too long");
		return NULL;
	}
	c->at = end;
	return from;
}

/* Goes over the names of a path and counts them. */
static int
pass_names(struct cursor *c, size_t *n)
{
	const char *from;

	*n = 0;
	for (;;) {
		from = pass_word(c, c->stops);
		if (from == NULL)
			return -1;
		if (c->at == from)
			return wrong(c, "a name is missing");
		++*n;
		if (*c->at != '.')
			return 0;
		c->at++;
	}
}

/* One allocation: the pointers, then the names they point to, which are no
 * longer than the path. */
static int
read_path(struct cursor *c, struct path *p)
{
	const char *from = c->at, *end;
	char *to;
	size_t n, i;

	*p = (struct path){ 0 };
	if (*c->at == '.') {
		c->at++;
		return 0;
	}
	if (pass_names(c, &n) != 0)
		return -1;
	p->names = malloc(n * sizeof(*p->names) +
	    (size_t)(c->at - from) + 1);
	if (p->names == NULL)
		return err_memory(c->e);
	to = (char *)(p->names + n);
	for (i = 0; i < n; i++) {
		p->names[i] = to;
		end = word_end(from, c->stops);
		if (i < 64 && *from == '*' && end - from == 1)
			p->any |= UINT64_C(1) << i;
		to = copy_word(from, end, to);
		from = end + 1;
	}
	p->n = n;
	return 0;
}

int
path_parse(struct path *p, const char *text, bool *optional, struct err *e)
{
	struct cursor c = { .at = text, .text = text, .stops = NAME_STOPS,
	    .e = e };

	if (read_path(&c, p) != 0)
		return -1;
	if (optional != NULL) {
		*optional = *c.at == '?';
		c.at += *optional;
	}
	if (*c.at != '\0')
		return wrong(&c, "unexpected text");
	return 0;
}

int
path_parse_start(struct path *p, const char *text, bool *optional,
    const char **rest, struct err *e)
{
	struct cursor c = { .at = text, .text = text,
	    .stops = NAME_STOPS OPERATOR_STOPS, .e = e };

	if (read_path(&c, p) != 0)
		return -1;
	*optional = *c.at == '?';
	*rest = c.at + *optional;
	return 0;
}

void
path_free(struct path *p)
{
	free(p->names);
	*p = (struct path){ 0 };
}

size_t
path_write(char *to, size_t room, const char *name, size_t len)
{
	size_t stop = 0, n = 0, i;
	bool quoted;

	while (stop < len && (name[stop] == '\0' ||
	    strchr(NAME_STOPS, name[stop]) == NULL))
		stop++;
	quoted = len == 0 || stop < len;
	if (quoted && n++ < room)
		*to++ = '"';
	for (i = 0; i < len; i++) {
		if (name[i] == '"' && n++ < room)
			*to++ = '"';
		if (n++ < room)
			*to++ = name[i];
	}
	if (quoted && n++ < room)
		*to = '"';
	return n;
}

char *
path_text(const struct path *p)
{
	size_t size = 2, at = 0, i;
	char *text;

	for (i = 0; i < p->n; i++)
		size += path_write(NULL, 0, p->names[i],
		    strlen(p->names[i])) + 1;
	text = malloc(size);
	if (text == NULL)
		return NULL;
	if (p->n == 0)
		text[at++] = '.';
	for (i = 0; i < p->n; i++) {
		if (i > 0)
			text[at++] = '.';
		at += path_write(text + at, size - at, p->names[i],
		    strlen(p->names[i]));
	}
	text[at] = '\0';
	return text;
}

/* The header of a field that has none: its names with dots. */
static char *
names_joined(const struct path *p)
{
	size_t i, len = 1;
	char *text, *at;

	for (i = 0; i < p->n; i++)
		len += strlen(p->names[i]) + 1;
	at = text = malloc(len);
	if (text == NULL)
		return NULL;
	for (i = 0; i < p->n; i++) {
		if (i > 0)
			*at++ = '.';
		len = strlen(p->names[i]);
		memcpy(at, p->names[i], len);
		at += len;
	}
	*at = '\0';
	return text;
}

static int
read_header(struct cursor *c, struct field *f)
{
	const char *from = pass_word(c, ",");

	if (from == NULL)
		return -1;
	f->header = malloc((size_t)(c->at - from) + 1);
	if (f->header == NULL)
		return err_memory(c->e);
	copy_word(from, c->at, f->header);
	return 0;
}

static int
read_field(struct cursor *c, struct field *f)
{
	if (read_path(c, &f->path) != 0)
		return -1;
	if (f->path.n == 0)
		return wrong(c, *c->at != '\0' && strchr(c->stops, *c->at) ==
		    NULL ? "no dot stands before the first name" :
		    "a field needs a name");
	if (*c->at == '?') {
		f->optional = true;
		c->at++;
	}
	if (*c->at != '=') {
		f->header = names_joined(&f->path);
		return f->header != NULL ? 0 : err_memory(c->e);
	}
	c->at++;
	return read_header(c, f);
}

static void
field_free(struct field *f)
{
	path_free(&f->path);
	free(f->header);
}

int
fields_add(struct fields *f, struct field *field, struct err *e)
{
	struct field *list = f->list;

	/* Room is a power of two: full when the number is one. */
	if (f->n == 0 || (f->n & (f->n - 1)) == 0)
		list = realloc(list, (f->n > 0 ? 2 * f->n : 1) *
		    sizeof(*list));
	if (list == NULL) {
		field_free(field);
		return err_memory(e);
	}
	f->list = list;
	list[f->n++] = *field;
	return 0;
}

int
fields_parse(struct fields *f, const char *list, struct err *e)
{
	struct cursor c = { .at = list, .text = list, .stops = NAME_STOPS,
	    .e = e };

	for (;;) {
		struct field field = { 0 };

		if (read_field(&c, &field) != 0) {
			field_free(&field);
			return -1;
		}
		if (fields_add(f, &field, e) != 0)
			return -1;
		if (*c.at == '\0')
			return 0;
		if (*c.at != ',')
			return wrong(&c, "unexpected text");
		c.at++;
	}
}

void
fields_free(struct fields *f)
{
	while (f->n > 0) {
		f->n--;
		field_free(&f->list[f->n]);
	}
	free(f->list);
	f->list = NULL;
}
