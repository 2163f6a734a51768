/* args_help: the synopsis and the help, printed from the table of options. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/args_private.h"

enum {
	LINE = 79,	/* columns that a line of the synopsis may have */
	ITEM = 128,	/* bytes of one item of it; rows are far shorter */
	NAMES = 30	/* columns for an option's names in the help */
};

_Noreturn void
args_printed(void)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		diag_say("cannot write to 'stdout': %s", strerror(errno));
		exit(EXIT_IO);
	}
	exit(EXIT_DONE);
}

static int
compare_names(const void *a, const void *b)
{
	const struct args_option *const *x = a, *const *y = b;

	return strcmp((*x)->name != NULL ? (*x)->name : "",
	    (*y)->name != NULL ? (*y)->name : "");
}

const struct args_option **
args_by_name(const struct args *a, size_t *n)
{
	const struct args_option **rows;

	for (*n = 0; args_is_row(&a->options[*n]); ++*n)
		continue;
	rows = calloc(*n + 1, sizeof *rows);
	if (rows == NULL)
		args_no_memory();
	for (size_t i = 0; i < *n; i++)
		rows[i] = &a->options[i];
	qsort(rows, *n, sizeof *rows, compare_names);
	return rows;
}

/* The synopsis. */

/* Where the next item stands in its line. */
struct line {
	size_t column, indent;
};

static void
put_item(struct line *l, const char *item)
{
	size_t len = strlen(item);

	if (len == 0)
		return;
	if (l->column + 1 + len > LINE) {
		printf("\n%*s", (int)l->indent, "");
		l->column = l->indent;
	}
	if (l->column > l->indent) {
		putchar(' ');
		l->column++;
	}
	fputs(item, stdout);
	l->column += len;
}

/* "[a | b ...]" is not cut by the end of a line. */
static void
put_operands(struct line *l, const char *operands)
{
	char item[ITEM];

	while (*operands != '\0') {
		size_t len = *operands == '[' ? strcspn(operands, "]") + 1 :
		    strcspn(operands, " ");

		snprintf(item, sizeof item, "%.*s", (int)len, operands);
		put_item(l, item);
		operands += len;
		operands += strspn(operands, " ");
	}
}

static bool
in_synopsis(const struct args_option *o, unsigned mode)
{
	return (o->modes & ARGS_IN(mode)) != 0 && o->kind != ARGS_MODE &&
	    o->kind != ARGS_FROM &&
	    (o->kind != ARGS_COMPLETION || mode == 0);
}

static int
compare_letters(const void *a, const void *b)
{
	const char *x = a, *y = b;
	char p[2] = { *x }, q[2] = { *y };
	int order = strcasecmp(p, q);

	return order != 0 ? order : *x - *y;
}

/* "[-hpqVv]", the letters without a value; and with one, "[-m size]". */
static void
put_letters(struct line *l, const struct args *a, unsigned mode)
{
	char flags[ITEM] = "", valued[ITEM] = "", item[ITEM + 8];
	size_t n = 0, m = 0;

	for (const struct args_option *o = a->options; args_is_row(o); o++) {
		if (o->letter == 0 || !in_synopsis(o, mode))
			continue;
		if (o->kind == ARGS_DIGIT)
			put_item(l, "[-0...-9]");
		else if (o->argument == NULL && n < sizeof flags - 1)
			flags[n++] = o->letter;
		else if (o->argument != NULL && m < sizeof valued - 1)
			valued[m++] = o->letter;
	}
	qsort(flags, n, 1, compare_letters);
	snprintf(item, sizeof item, "[-%s]", flags);
	put_item(l, item);
	qsort(valued, m, 1, compare_letters);
	for (size_t i = 0; i < m; i++)
		for (const struct args_option *o = a->options; args_is_row(o);
		    o++)
			if (o->letter == valued[i]) {
				snprintf(item, sizeof item, "[-%c %s]",
				    o->letter, o->argument);
				put_item(l, item);
			}
}

static void
put_names(struct line *l, const struct args *a, unsigned mode)
{
	size_t n;
	const struct args_option **rows = args_by_name(a, &n);
	char item[ITEM];

	for (size_t i = 0; i < n; i++) {
		const struct args_option *o = rows[i];

		if (o->letter != 0 || !in_synopsis(o, mode))
			continue;
		snprintf(item, sizeof item, "[--%s%s%s]", o->name,
		    o->argument == NULL || *o->argument == '[' ? "" : " ",
		    o->argument != NULL ? o->argument : "");
		put_item(l, item);
	}
	free(rows);
}

/* "-x" or "--commit", as the row says that chooses the mode. */
static void
put_mode(struct line *l, const struct args *a, unsigned mode)
{
	char item[ITEM];

	for (const struct args_option *o = a->options; args_is_row(o); o++) {
		if (o->kind != ARGS_MODE || o->min != mode)
			continue;
		if (o->letter != 0)
			snprintf(item, sizeof item, "-%c", o->letter);
		else
			snprintf(item, sizeof item, "--%s", o->name);
		put_item(l, item);
	}
}

static void
put_synopsis(const struct args *a)
{
	for (unsigned mode = 0; mode < a->n_modes; mode++) {
		struct line l;

		l.indent = (size_t)printf("%s %s ", mode == 0 ? "usage:" :
		    "      ", diag_program());
		l.column = l.indent;
		put_mode(&l, a, mode);
		if (a->modes[mode].brief) {
			put_item(&l, "[options]");
		} else {
			put_letters(&l, a, mode);
			put_names(&l, a, mode);
		}
		put_operands(&l, a->modes[mode].operands);
		for (const struct args_option *o = a->options; args_is_row(o);
		    o++)
			if (o->kind == ARGS_FROM &&
			    (o->modes & ARGS_IN(mode)) != 0)
				put_item(&l, "[--from command ...]");
		putchar('\n');
	}
}

/* The help. */

static void
put_option(const struct args_option *o)
{
	char names[ITEM];

	if (o->kind == ARGS_DIGIT)
		snprintf(names, sizeof names, "  -0 ... -9");
	else
		snprintf(names, sizeof names, "  %c%c%s --%s%s%s",
		    o->letter != 0 ? '-' : ' ', o->letter != 0 ? o->letter : ' ',
		    o->letter != 0 ? "," : " ", o->name,
		    o->argument == NULL || *o->argument == '[' ? "" : " ",
		    o->argument != NULL ? o->argument : "");
	printf("%-*s  %s", NAMES, names, o->help);
	for (unsigned i = 0; o->words != NULL && o->words[i] != NULL; i++)
		printf("%s %s", i == 0 ? ":" : ",", o->words[i]);
	putchar('\n');
}

/* The modes that a row names, as bits; all of them are one value. */
static unsigned
modes_of(const struct args *a, const struct args_option *o)
{
	unsigned all = ARGS_IN(a->n_modes) - 1;

	return o->kind == ARGS_MODE ? all : o->modes & all;
}

/* "With -l, -t:", or "Without" where the first mode takes the options, too. */
static void
put_heading(const struct args *a, unsigned modes)
{
	unsigned all = ARGS_IN(a->n_modes) - 1;
	bool without = (modes & ARGS_IN(0)) != 0;
	const char *before = without ? "\nWithout " : "\nWith ";

	if (modes == all) {
		puts("\nOptions:");
		return;
	}
	for (unsigned mode = 1; mode < a->n_modes; mode++) {
		if (((modes & ARGS_IN(mode)) != 0) == without)
			continue;
		for (const struct args_option *o = a->options; args_is_row(o);
		    o++) {
			if (o->kind != ARGS_MODE || o->min != mode)
				continue;
			fputs(before, stdout);
			if (o->letter != 0)
				printf("-%c", o->letter);
			else
				printf("--%s", o->name);
		}
		before = ", ";
	}
	puts(":");
}

/* The options of all modes, then each set of modes that a row names. */
static void
put_options(const struct args *a)
{
	unsigned all = ARGS_IN(a->n_modes) - 1;
	size_t n;
	const struct args_option **rows = args_by_name(a, &n);

	for (unsigned modes = all; modes > 0; modes--) {
		bool any = false;

		for (size_t i = 0; i < n; i++) {
			if (modes_of(a, rows[i]) != modes)
				continue;
			if (!any)
				put_heading(a, modes);
			any = true;
			put_option(rows[i]);
		}
	}
	free(rows);
}

_Noreturn void
args_print_help(const struct args *a, bool whole)
{
	if (!whole) {
		put_synopsis(a);
		args_printed();
	}
	printf("%s - %s\n\n", diag_program(), a->summary);
	put_synopsis(a);
	put_options(a);
	printf("\nExit status:\n");
	for (const struct exit_meaning *m = exit_meanings; m->text != NULL; m++)
		printf("  %-4d%s\n", (int)m->code, m->text);
	printf("\nManual: man 1 %s, man 7 mempipe\n", diag_program());
	args_printed();
}

_Noreturn void
args_print_version(void)
{
	printf("%s (mempipe) %s\n", diag_program(), VERSION);
	args_printed();
}
