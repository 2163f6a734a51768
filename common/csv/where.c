/*
 * where: read conditions, and compare what is in the cells.
 *
 * Expressions are compiled and matched in the locale C.UTF-8, which glibc has
 * built in, whatever the locale of the process: a dot is a character, not a
 * byte.  A compiled expression of glibc's has a lock, so each thread has its own.
 */
#define _GNU_SOURCE	/* REG_STARTEND, asprintf */
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/where.h"
#include "json/decimal.h"

struct matcher {
	const struct where *where;
	const uint32_t *leaf;
	locale_t locale;
	regex_t *expressions;	/* for each condition two; only WHERE_MATCH has
				 * them: as it is, and for texts without a NUL */
	size_t n_compiled;	/* so many conditions are dealt with */
};

static const struct { const char *text; enum where_op op; } operators[] = {
	{ "exists", WHERE_EXISTS }, { "missing", WHERE_MISSING },
	{ "!=", WHERE_UNEQUAL }, { "<=", WHERE_AT_MOST },
	{ ">=", WHERE_AT_LEAST }, { "==", WHERE_EQUAL },
	{ "=", WHERE_EQUAL }, { "<", WHERE_LESS }, { ">", WHERE_MORE },
	{ "~", WHERE_MATCH },
};

static int
wrong(const char *text, const char *why, struct err *e)
{
	return err_set(e, EXIT_USAGE, "cannot read the condition '%.200s': %s",
	    text, why);
}

static const char *
skip_space(const char *p)
{
	return p + strspn(p, " \t");
}

/* Reads the operator at p; what comes after it, or NULL. */
static const char *
read_operator(const char *p, enum where_op *op)
{
	size_t i, len;

	for (i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		len = strlen(operators[i].text);
		if (strncmp(p, operators[i].text, len) == 0) {
			*op = operators[i].op;
			return p + len;
		}
	}
	return NULL;
}

/* Takes the quotes off; false where they are not right. */
static bool
unquote(struct condition *c)
{
	const char *p = c->value + 1;
	char *to = c->value;

	while (*p != '\0') {
		if (p[0] != '"') {
			*to++ = *p++;
		} else if (p[1] == '"') {
			*to++ = '"';
			p += 2;
		} else {
			*to = '\0';
			c->len = (size_t)(to - c->value);
			return p[1] == '\0';
		}
	}
	return false;
}

/* A bare value ends before blanks; an expression is all that stands there. */
static int
read_value(struct condition *c, const char *p, struct err *e)
{
	size_t len = strlen(p);

	while (c->op != WHERE_MATCH && len > 0 && strchr(" \t", p[len - 1]))
		len--;
	if (asprintf(&c->value, "%.*s", (int)len, p) < 0) {
		c->value = NULL;
		return err_memory(e);
	}
	c->len = len;
	c->quoted = c->op != WHERE_MATCH && *p == '"';
	c->number = !c->quoted && decimal_valid(c->value, len);
	return 0;
}

/* The locale for expressions; 0 where there is none, which means bytes. */
static locale_t
utf8_locale(void)
{
	return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static int
compile(regex_t *to, const char *expression, locale_t locale)
{
	locale_t before = uselocale(locale);
	int rc = regcomp(to, expression, REG_EXTENDED | REG_NOSUB);

	uselocale(before);
	return rc;
}

/* The last character of a bracket expression that begins at p. */
static const char *
bracket_end(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	p += *p == ']';
	for (; *p != ']' && p[0] != '\0' && p[1] != '\0'; p++) {
		const char end[] = { p[1], ']', '\0' }, *at;

		if (*p == '[' && strchr(":.=", p[1]) != NULL &&
		    (at = strstr(p + 2, end)) != NULL)
			p = at + 1;
	}
	return p;
}

/* What is in an expression. */
struct shape {
	bool back_reference;	/* no part of POSIX: glibc takes hundreds of
				 * times the text's memory for it */
	bool repeats;		/* without an end */
	bool unmatched;		/* a ")" that stands for itself */
};

static struct shape
shape_of(const char *p)
{
	struct shape s = { 0 };
	size_t open = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			p++;
			s.back_reference |= *p >= '1' && *p <= '9';
		} else if (*p == '[') {
			p = bracket_end(p);
		} else if (*p == '(') {
			open++;
		} else if (*p == ')') {
			s.unmatched |= open == 0;
			open -= open > 0;
		} else {
			s.repeats |= strchr("*+{", *p) != NULL;
		}
	}
	return s;
}

/*
 * Compiles the expression for texts without a NUL.  glibc tries it at each place
 * of a text, and with a repetition each may lead to the text's end: that takes
 * hours for a MiB.  After "^.*" all places are tried at once, but "." is no NUL.
 */
static int
compile_once(regex_t *to, const char *expression, locale_t locale)
{
	const struct shape s = shape_of(expression);
	char *text;
	int rc;

	if (!s.repeats || s.unmatched)
		return compile(to, expression, locale);
	if (asprintf(&text, "^.*(%s)", expression) < 0)
		return REG_ESPACE;
	rc = compile(to, text, locale);
	free(text);
	return rc;
}

static int
check_expression(const char *text, const char *expression, struct err *e)
{
	locale_t locale = utf8_locale();
	char why[128];
	regex_t r;
	int rc = compile(&r, expression, locale);

	if (rc == 0)
		regfree(&r);
	else
		regerror(rc, &r, why, sizeof(why));
	if (locale != (locale_t)0)
		freelocale(locale);
	if (rc == REG_ESPACE)
		return err_memory(e);
	if (rc == 0 && shape_of(expression).back_reference)
		return wrong(text, "there is no \\1 to \\9", e);
	return rc == 0 ? 0 : wrong(text, why, e);
}

static int
read_condition(struct condition *c, struct field *f, const char *text,
    struct err *e)
{
	const char *p;

	if (path_parse_start(&f->path, text, &f->optional, &p, e) != 0)
		return -1;
	if (f->path.n == 0)
		return wrong(text, "it needs the path of a member", e);
	p = read_operator(skip_space(p), &c->op);
	if (p == NULL)
		return wrong(text, "after the path comes one of "
		    "= != < <= > >= ~ exists missing", e);
	if (c->op == WHERE_EXISTS || c->op == WHERE_MISSING) {
		f->optional = true;
		return *skip_space(p) == '\0' ? 0 :
		    wrong(text, "nothing may follow", e);
	}
	if (read_value(c, skip_space(p), e) != 0)
		return -1;
	if (c->quoted && !unquote(c))
		return wrong(text, "the value's quotes do not fit", e);
	if (c->len == 0 && !c->quoted)
		return wrong(text, "there is no value; the empty one is \"\"", e);
	return c->op == WHERE_MATCH ? check_expression(text, c->value, e) : 0;
}

int
where_parse(struct where *w, const char *text, struct err *e)
{
	struct field field = { 0 };
	struct condition c = { 0 }, *list = realloc(w->list,
	    (w->paths.n + 1) * sizeof(*list));

	if (list == NULL)
		return err_memory(e);
	w->list = list;
	if (read_condition(&c, &field, text, e) != 0) {
		path_free(&field.path);
		free(c.value);
		return -1;
	}
	if (fields_add(&w->paths, &field, e) != 0) {
		free(c.value);
		return -1;
	}
	list[w->paths.n - 1] = c;
	return 0;
}

void
where_free(struct where *w)
{
	size_t i;

	for (i = 0; i < w->paths.n; i++)
		free(w->list[i].value);
	free(w->list);
	fields_free(&w->paths);
	w->list = NULL;
}

/* Both of a condition, or none. */
static int
compile_both(regex_t to[2], const char *expression, locale_t locale)
{
	int rc = compile(&to[0], expression, locale);

	if (rc == 0 && (rc = compile_once(&to[1], expression, locale)) != 0)
		regfree(&to[0]);
	return rc;
}

struct matcher *
matcher_new(const struct where *w, const uint32_t *leaf, struct err *e)
{
	struct matcher *m = calloc(1, sizeof(*m));
	size_t i;

	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->where = w;
	m->leaf = leaf;
	m->locale = utf8_locale();
	m->expressions = calloc(w->paths.n + 1, 2 * sizeof(*m->expressions));
	for (i = 0; m->expressions != NULL && i < w->paths.n; i++) {
		if (w->list[i].op == WHERE_MATCH &&
		    compile_both(&m->expressions[2 * i], w->list[i].value,
		    m->locale) != 0)
			break;
		m->n_compiled++;
	}
	if (m->expressions != NULL && i == w->paths.n)
		return m;
	matcher_free(m);
	err_memory(e);
	return NULL;
}

void
matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	while (m->n_compiled > 0) {
		m->n_compiled--;
		if (m->where->list[m->n_compiled].op != WHERE_MATCH)
			continue;
		regfree(&m->expressions[2 * m->n_compiled]);
		regfree(&m->expressions[2 * m->n_compiled + 1]);
	}
	if (m->locale != (locale_t)0)
		freelocale(m->locale);
	free(m->expressions);
	free(m);
}

/* A NUL stands after the text meanwhile: with REG_STARTEND glibc does not need
 * it, but sanitizers look for it.  The texts of literals have one. */
static int
match(const struct matcher *m, size_t i, const struct cell *cell,
    struct err *e)
{
	char *end = (char *)(uintptr_t)(cell->text + cell->len), after = *end;
	regmatch_t whole = { .rm_so = 0, .rm_eo = (regoff_t)cell->len };
	bool nul = memchr(cell->text, '\0', cell->len) != NULL;
	locale_t before;
	int rc;

	if (cell->len > INT32_MAX)
		return err_set(e, EXIT_DATA, "a text of 2 GiB cannot be matched");
	before = uselocale(m->locale);
	if (after != '\0')
		*end = '\0';
	rc = regexec(&m->expressions[2 * i + !nul], cell->text, 1, &whole,
	    REG_STARTEND);
	if (after != '\0')
		*end = after;
	uselocale(before);
	if (rc == REG_ESPACE)
		return err_memory(e);
	return rc == 0;
}

/* Two texts byte for byte: below 0, 0 or above. */
static int
compare_texts(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* Compares a cell that is not null; false if the two are of different kinds. */
static bool
compare(const struct condition *c, const struct cell *cell, int *order)
{
	bool number = cell->type == CELL_NUMBER || (cell->type == CELL_STRING &&
	    c->number && decimal_valid(cell->text, cell->len));

	if (number && c->number) {
		*order = decimal_compare(cell->text, cell->len, c->value,
		    c->len);
		return true;
	}
	if (cell->type == CELL_NUMBER || (cell->type == CELL_BOOL &&
	    c->quoted) || (!c->quoted && strcmp(c->value, "null") == 0))
		return false;
	*order = compare_texts(cell->text, cell->len, c->value, c->len);
	return cell->type != CELL_BOOL || *order == 0;
}

static bool
holds(const struct condition *c, const struct cell *cell, bool there)
{
	int order = 1;
	bool same_kind;

	if (c->op == WHERE_EXISTS || c->op == WHERE_MISSING)
		return there == (c->op == WHERE_EXISTS);
	if (!there || cell->type == CELL_NULL) {
		if (c->quoted || strcmp(c->value, "null") != 0)
			return c->op == WHERE_UNEQUAL;
		return c->op == WHERE_EQUAL;
	}
	same_kind = compare(c, cell, &order);
	switch (c->op) {
	case WHERE_EQUAL:
		return same_kind && order == 0;
	case WHERE_UNEQUAL:
		return !same_kind || order != 0;
	case WHERE_LESS:
		return same_kind && order < 0;
	case WHERE_AT_MOST:
		return same_kind && order <= 0;
	case WHERE_MORE:
		return same_kind && order > 0;
	case WHERE_AT_LEAST:
		return same_kind && order >= 0;
	default:
		return false;
	}
}

int
matcher_test(const struct matcher *m, const struct cell *cells, uint32_t row,
    struct err *e)
{
	const struct condition *c = m->where->list;
	const struct cell *cell;
	size_t i;
	int rc;

	for (i = 0; i < m->where->paths.n; i++, c++) {
		cell = &cells[m->leaf[i]];
		if (c->op == WHERE_MATCH)
			rc = cell->row == row && cell->type != CELL_NULL ?
			    match(m, i, cell, e) : 0;
		else
			rc = holds(c, cell, cell->row == row);
		if (rc <= 0)
			return rc;
	}
	return 1;
}
