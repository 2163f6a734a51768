/*
 * INI files, parsed in place: names and values stay where they are in the text,
 * and get a NUL at their end.  The lines of a value are moved together, which
 * never takes more room than they had.
 */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "aws/ini.h"

#define DEFAULT "DEFAULT"

struct reader {
	struct ini *i;
	char *at, *end;		/* what is still to be read; NUL at the end */
	unsigned line;		/* the number of the one at work */
	size_t indent;		/* of the line that a value belongs to */
	size_t section;
	bool in_section, in_setting;
	size_t setting;		/* the number of the last one that is not below
				 * another */
	char *value_end;	/* the NUL of its value */
	size_t empty;		/* lines that may turn out to belong to it */
	struct err *e;
};

/* A line without the white space around it. */
struct line {
	char *from, *to;
	size_t indent;		/* characters */
};

static int
wrong(unsigned line, const char *why, struct err *e)
{
	return err_set(e, EXIT_AUTH, "line %u: %s", line, why);
}

/* White space. */

/* Bytes of the white space that p begins with, as str.isspace() has it: 0 for
 * none. */
static size_t
blank(const char *p, const char *end)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
		"\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
		"\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
		"\xe3\x80\x80" };
	size_t room = (size_t)(end - p);

	if (room == 0)
		return 0;
	if ((*p >= '\t' && *p <= '\r') || (*p >= 0x1c && *p <= ' '))
		return 1;
	for (size_t k = 0; k < sizeof wide / sizeof *wide; k++) {
		size_t len = strlen(wide[k]);

		if (len <= room && memcmp(p, wide[k], len) == 0)
			return len;
	}
	return 0;
}

static struct line
trim(char *from, char *to)
{
	struct line l = { from, to, 0 };
	size_t n;

	for (; (n = blank(l.from, to)) > 0; l.indent++)
		l.from += n;
	while (l.to > l.from) {
		char *last = l.to - 1;

		while (last > l.from && (*last & 0xc0) == 0x80)
			last--;
		if (blank(last, l.to) == 0)
			break;
		l.to = last;
	}
	return l;
}

/* Tables. */

/* Room for one more element: at powers of two.  NULL: no memory. */
static void *
extend(void *list, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return list;
	return realloc(list, (n == 0 ? 1 : 2 * n) * size);
}

static int
add_section(struct reader *r, const char *name)
{
	struct ini *i = r->i;
	struct ini_section *more;

	r->in_section = true;
	r->in_setting = false;
	if (strcmp(name, DEFAULT) == 0)
		for (size_t k = 0; k < i->n_sections; k++)
			if (strcmp(i->sections[k].name, name) == 0) {
				r->section = k;
				return 0;
			}
	more = extend(i->sections, i->n_sections, sizeof *more);
	if (more == NULL)
		return err_memory(r->e);
	i->sections = more;
	r->section = i->n_sections++;
	more[r->section] = (struct ini_section){ name, r->line };
	return 0;
}

static int
add_setting(struct reader *r, const char *name, const char *value, bool nested)
{
	struct ini *i = r->i;
	struct ini_setting *more;

	more = extend(i->settings, i->n_settings, sizeof *more);
	if (more == NULL)
		return err_memory(r->e);
	i->settings = more;
	more[i->n_settings++] = (struct ini_setting){ .section = r->section,
		.name = name, .value = value, .nested = nested,
		.line = r->line };
	return 0;
}

/* Lines. */

/* Cuts "name DELIMITER value" in two; false: there is no delimiter. */
static bool
divide(struct line whole, const char *delimiters, struct line *name,
    struct line *value)
{
	char *mark = whole.from;

	while (mark < whole.to && strchr(delimiters, *mark) == NULL)
		mark++;
	if (mark == whole.to)
		return false;
	*name = trim(whole.from, mark);
	*value = trim(mark + 1, whole.to);
	*name->to = *value->to = '\0';
	return true;
}

static int
take_section(struct reader *r, struct line l)
{
	struct line name = { NULL, NULL, 0 };

	/* The last bracket, as configparser's expression is greedy. */
	for (char *p = l.to; p > l.from + 1 && name.from == NULL; p--)
		if (p[-1] == ']')
			name = trim(l.from + 1, p - 1);
	*name.to = '\0';
	return add_section(r, name.from);
}

static int
take_setting(struct reader *r, struct line l)
{
	struct line name, value;

	if (!r->in_section)
		return wrong(r->line, "a setting comes before the first "
		    "[section]", r->e);
	if (!divide(l, "=:", &name, &value) || name.from == name.to)
		return wrong(r->line, "this is neither a [section] nor "
		    "'name = value'", r->e);
	for (char *p = name.from; p < name.to; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	r->in_setting = true;
	r->setting = r->i->n_settings;
	r->value_end = value.to;
	r->empty = 0;
	return add_setting(r, name.from, value.from, false);
}

/* A line that is indented further than the setting above it. */
static int
continue_setting(struct reader *r, struct line l)
{
	size_t len = (size_t)(l.to - l.from);
	struct line name, value;

	if (*r->i->settings[r->setting].value == '\0') {
		if (!divide(l, "=", &name, &value))
			return wrong(r->line, "this is indented, but not "
			    "'name = value'", r->e);
		return add_setting(r, name.from, value.from, true);
	}
	memset(r->value_end, '\n', r->empty + 1);
	r->value_end += r->empty + 1;
	memmove(r->value_end, l.from, len);
	r->value_end += len;
	*r->value_end = '\0';
	r->empty = 0;
	return 0;
}

/* "[…]", with something in it. */
static bool
is_section(struct line l)
{
	size_t len = (size_t)(l.to - l.from);

	return *l.from == '[' && len > 2 &&
	    memchr(l.from + 2, ']', len - 2) != NULL;
}

static int
take_line(struct reader *r, struct line l)
{
	if (l.from == l.to) {
		r->empty++;
		return 0;
	}
	if (*l.from == '#' || *l.from == ';')
		return 0;
	if (r->in_setting && l.indent > r->indent)
		return continue_setting(r, l);
	r->indent = l.indent;
	return is_section(l) ? take_section(r, l) : take_setting(r, l);
}

static int
take_lines(struct reader *r)
{
	while (r->at < r->end) {
		char *from = r->at, *to = from + strcspn(from, "\r\n");

		r->at = to + (to[0] == '\r' && to[1] == '\n' ? 2 : 1);
		r->line++;
		if (take_line(r, trim(from, to)) != 0)
			return -1;
	}
	return 0;
}

/* Nothing occurs twice. */

static int
by_name(const void *a, const void *b)
{
	const struct ini_section *x = *(struct ini_section *const *)a;
	const struct ini_section *y = *(struct ini_section *const *)b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int
by_section(const void *a, const void *b)
{
	const struct ini_setting *x = *(struct ini_setting *const *)a;
	const struct ini_setting *y = *(struct ini_setting *const *)b;
	int order = (x->section > y->section) - (x->section < y->section);

	if (order == 0)
		order = strcmp(x->name, y->name);
	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int
check_sections(const struct ini *i, struct err *e)
{
	struct ini_section **all = calloc(i->n_sections + 1, sizeof *all);
	int rc = 0;

	if (all == NULL)
		return err_memory(e);
	for (size_t k = 0; k < i->n_sections; k++)
		all[k] = &i->sections[k];
	qsort(all, i->n_sections, sizeof *all, by_name);
	for (size_t k = 1; k < i->n_sections && rc == 0; k++)
		if (strcmp(all[k - 1]->name, all[k]->name) == 0)
			rc = wrong(all[k]->line, "this section occurs twice",
			    e);
	free(all);
	return rc;
}

static int
check_settings(const struct ini *i, struct err *e)
{
	struct ini_setting **all = calloc(i->n_settings + 1, sizeof *all);
	size_t n = 0;
	int rc = 0;

	if (all == NULL)
		return err_memory(e);
	for (size_t k = 0; k < i->n_settings; k++)
		if (!i->settings[k].nested)
			all[n++] = &i->settings[k];
	qsort(all, n, sizeof *all, by_section);
	for (size_t k = 1; k < n && rc == 0; k++)
		if (all[k - 1]->section == all[k]->section &&
		    strcmp(all[k - 1]->name, all[k]->name) == 0)
			rc = wrong(all[k]->line, "this setting occurs twice",
			    e);
	free(all);
	return rc;
}

/* Is it text at all? */
static int
check_text(const char *text, size_t len, struct err *e)
{
	size_t good = utf8_check(text, len), nul = strlen(text);
	unsigned line = 1;

	if (good == len && nul == len)
		return 0;
	for (size_t k = 0; k < good && k < nul; k++)
		line += text[k] == '\n';
	return wrong(line, good < len && good < nul ? "not UTF-8" :
	    "it holds a NUL", e);
}

int
ini_parse(struct ini *i, char *text, size_t len, struct err *e)
{
	struct reader r = { .i = i, .at = text, .end = text + len, .e = e };

	*i = (struct ini){ .text = text, .len = len };
	text[len] = '\0';
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		r.at += 3;
	if (check_text(text, len, e) == 0 && take_lines(&r) == 0 &&
	    check_sections(i, e) == 0 && check_settings(i, e) == 0)
		return 0;
	ini_free(i);
	return -1;
}

void
ini_free(struct ini *i)
{
	if (i->text != NULL)
		explicit_bzero(i->text, i->len);
	free(i->text);
	free(i->sections);
	free(i->settings);
	*i = (struct ini){ 0 };
}

/* Looking up. */

static const struct ini_setting *
find(const struct ini *i, size_t section, const char *name)
{
	for (size_t k = 0; k < i->n_settings; k++) {
		const struct ini_setting *s = &i->settings[k];

		if (s->section == section && !s->nested &&
		    strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

const struct ini_setting *
ini_find(const struct ini *i, const struct ini_section *section,
    const char *name)
{
	const struct ini_setting *s;

	if (section == NULL)
		return NULL;
	s = find(i, (size_t)(section - i->sections), name);
	for (size_t k = 0; k < i->n_sections && s == NULL; k++)
		if (strcmp(i->sections[k].name, DEFAULT) == 0)
			s = find(i, k, name);
	return s;
}

const char *
ini_below(const struct ini *i, const struct ini_setting *outer,
    const char *name)
{
	const struct ini_setting *end = i->settings + i->n_settings;
	const char *value = NULL;

	for (const struct ini_setting *s = outer + 1; s < end && s->nested; s++)
		if (strcmp(s->name, name) == 0)
			value = s->value;
	return value;
}
