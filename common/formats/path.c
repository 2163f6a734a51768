/* path: a small recursive-descent reader of paths and field lists. */
#include <stdlib.h>
#include <string.h>

#include "formats/path.h"

/* Where a list stands, and the whole of it for messages. */
struct cursor {
	const char *at, *text;
	struct err *e;
};

static int
wrong(const struct cursor *c, const char *why)
{
	err_set(c->e, EXIT_USAGE, "cannot read path '%.200s': %s at "
	    "character %zu", c->text, why, (size_t)(c->at - c->text) + 1);
	return -1;
}

static int
no_memory(struct err *e)
{
	err_set(e, EXIT_INTERNAL, "out of memory");
	return -1;
}

/* Copies a quoted text, or a bare one that ends before any of stops; gives
 * its end, or NULL when a quote is not closed. */
static char *
copy_word(struct cursor *c, const char *stops, char *to)
{
	size_t n;

	if (*c->at != '"') {
		n = strcspn(c->at, stops);
		memcpy(to, c->at, n);
		c->at += n;
		return to + n;
	}
	do {
		c->at++;	/* the opening, or a doubled one */
		n = strcspn(c->at, "\"");
		memcpy(to, c->at, n);
		to += n;
		c->at += n;
		if (*c->at == '\0')
			return NULL;
		c->at++;
		if (*c->at == '"')
			*to++ = '"';
	} while (*c->at == '"');
	return to;
}

static int
word(struct cursor *c, const char *stops, char **result)
{
	char *text = malloc(strlen(c->at) + 1), *end;

	if (text == NULL)
		return no_memory(c->e);
	end = copy_word(c, stops, text);
	if (end == NULL || end - text > PATH_NAME_MAX) {
		free(text);
		return wrong(c, end == NULL ? "a quote is not closed" :
		    "a name is too long");
	}
	*end = '\0';
	*result = text;
	return 0;
}

static int
add_name(struct path *p, char *name, struct err *e)
{
	char **names = realloc(p->names, (p->n + 1) * sizeof(*names));

	if (names == NULL) {
		free(name);
		return no_memory(e);
	}
	names[p->n] = name;
	p->names = names;
	p->n++;
	return 0;
}

static int
read_path(struct cursor *c, struct path *p)
{
	char *name = NULL;
	bool quoted;

	*p = (struct path){ 0 };
	if (*c->at == '.') {
		c->at++;
		return 0;
	}
	for (;;) {
		quoted = *c->at == '"';
		if (word(c, ".,=?\"", &name) != 0)
			return -1;
		if (!quoted && *name == '\0') {
			free(name);
			return wrong(c, "a name is missing");
		}
		if (add_name(p, name, c->e) != 0)
			return -1;
		if (*c->at != '.')
			return 0;
		c->at++;
	}
}

int
path_parse(struct path *p, const char *text, struct err *e)
{
	struct cursor c = { .at = text, .text = text, .e = e };

	if (read_path(&c, p) != 0)
		return -1;
	if (*c.at != '\0')
		return wrong(&c, "unexpected text");
	return 0;
}

void
path_free(struct path *p)
{
	while (p->n > 0)
		free(p->names[--p->n]);
	free(p->names);
	p->names = NULL;
}

char *
path_text(const struct path *p)
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
read_field(struct cursor *c, struct field *f)
{
	if (read_path(c, &f->path) != 0)
		return -1;
	if (f->path.n == 0)
		return wrong(c, "a field needs a name");
	if (*c->at == '?') {
		f->optional = true;
		c->at++;
	}
	if (*c->at != '=') {
		f->header = path_text(&f->path);
		return f->header != NULL ? 0 : no_memory(c->e);
	}
	c->at++;
	return word(c, ",", &f->header);
}

int
fields_parse(struct fields *f, const char *list, struct err *e)
{
	struct cursor c = { .at = list, .text = list, .e = e };
	struct field *grown;

	for (;;) {
		grown = realloc(f->list, (f->n + 1) * sizeof(*grown));
		if (grown == NULL)
			return no_memory(e);
		f->list = grown;
		f->list[f->n] = (struct field){ 0 };
		f->n++;
		if (read_field(&c, &f->list[f->n - 1]) != 0)
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
		path_free(&f->list[f->n].path);
		free(f->list[f->n].header);
	}
	free(f->list);
	f->list = NULL;
}
