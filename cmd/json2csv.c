/* json2csv: JSON in, the records' members as CSV rows out. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/processors.h"
#include "csv/convert.h"
#include "json/scan.h"

enum {
	MEMORY = 16 << 20,		/* bytes, without -m */
	THREADS = 4,			/* at most, without -T: one reader feeds
					 * no more than three or four */
	THREADS_MAX = 64,
	FIELDS_FILE_MAX = 1 << 20,	/* bytes: far above any real list */
	KEYS_MAX = 8			/* names of maps within maps */
};

struct options {
	struct conversion how;
	struct fields fields;
	struct fields unwind;
	struct where where;
	const char *keys[KEYS_MAX];
	char delimiter;
	bool cross, crlf, excel, guard, no_header, tsv;
	enum { LATE_ERROR, LATE_DROP, LATE_WARN } late;
	enum csv_quote quote;
};

static void
take_delimiter(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (strcmp(value, "\\t") == 0)
		value = "\t";
	if (strlen(value) != 1 || strchr("\"\r\n", *value) != NULL ||
	    (unsigned char)*value >= 0x80)
		args_wrong("'%s' cannot be a delimiter: one ASCII character "
		    "that is no quote and ends no line", value);
	o->delimiter = *value;
}

static void
take_fields(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	if (fields_parse(&o->fields, value, &e) != 0)
		args_fail(&e);
	o->how.fields = &o->fields;
}

/* A list a line; empty lines, those that begin with # and a byte order mark do
 * not count.  A file without a field would select all. */
static void
take_fields_file(void *to, const struct args_option *option, char *value)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct options *o = to;
	size_t before = o->fields.n;
	char *text, *line, *rest;
	struct err e = ERR_NONE;

	line = text = io_slurp(value, FIELDS_FILE_MAX, NULL, &e);
	if (text == NULL)
		args_fail(&e);
	else if (strncmp(text, mark, strlen(mark)) == 0)
		line = text + strlen(mark);
	for (line = strtok_r(line, "\r\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\r\n", &rest)) {
		if (*line != '#')
			take_fields(o, option, line);
	}
	free(text);
	if (o->fields.n == before)
		args_wrong("there is no field in '%s'", value);
}

static void
take_key(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (o->how.n_keys == KEYS_MAX)
		args_wrong("--key can be given %d times", KEYS_MAX);
	o->keys[o->how.n_keys++] = value;
	o->how.keys = o->keys;
}

static void
take_root(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	path_free(&o->how.root);
	if (path_parse(&o->how.root, value, NULL, &e) != 0)
		args_fail(&e);
}

static bool
begins_with(const struct path *p, const struct path *start)
{
	size_t i;

	for (i = 0; i < start->n && i < p->n; i++) {
		if (strcmp(p->names[i], start->names[i]) != 0)
			return false;
	}
	return start->n <= p->n;
}

/* An array comes before those within its elements; else in the order given. */
static void
take_unwind(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct field f = { 0 }, *list;
	struct err e = ERR_NONE;
	size_t i;

	(void)option;
	if (path_parse(&f.path, value, &f.optional, &e) != 0)
		args_fail(&e);
	if (f.path.n == 0)
		args_wrong("--unwind needs the path of a member");
	if (o->unwind.n == UNWIND_MAX)
		args_wrong("--unwind can be given %d times", UNWIND_MAX);
	if (fields_add(&o->unwind, &f, &e) != 0)
		args_fail(&e);
	list = o->unwind.list;
	for (i = o->unwind.n - 1; i > 0 && list[i - 1].path.n > f.path.n; i--)
		list[i] = list[i - 1];
	list[i] = f;
	o->how.unwind = &o->unwind;
}

/* Arrays side by side multiply, which nobody should get by mistake. */
static void
check_unwind(const struct options *o)
{
	const struct field *list = o->unwind.list;
	size_t i, k;

	for (i = 0; i < o->unwind.n; i++) {
		for (k = 0; k < i; k++) {
			if (list[i].path.n == list[k].path.n &&
			    begins_with(&list[i].path, &list[k].path))
				args_wrong("--unwind has the same path twice");
			if (!o->cross &&
			    !begins_with(&list[i].path, &list[k].path))
				args_wrong("the arrays of --unwind stand side "
				    "by side: a row for each pair of elements "
				    "needs --cross");
		}
	}
}

static void
take_where(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	if (where_parse(&o->where, value, &e) != 0)
		args_fail(&e);
	o->how.where = &o->where;
}

/* The words are in the order of the enumerations that they stand for. */
static const char *const repeats[] = { "last", "first", "error", NULL },
    *const extras[] = { "ignore", "error", NULL },
    *const bytes[] = { "error", "replace", NULL },
    *const lates[] = { "error", "drop", "warn", NULL },
    *const nans[] = { "error", "null", "text", NULL },
    *const nuls[] = { "keep", "error", NULL },
    *const quotes[] = { "minimal", "strings", "all", NULL },
    *const forms[] = { "json", "join", "count", NULL };

#define TO_FLAG(field) ARGS_ALL, ARGS_TO_FLAG(struct options, field)
#define TO_WORD(field, words) \
	ARGS_ALL, ARGS_TO_WORD(struct options, field, words)
#define TO_TEXT(field) ARGS_ALL, ARGS_TO_TEXT(struct options, field)
#define TO_CALL(function) ARGS_ALL, ARGS_TO_CALL(function)

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_EMPTY(ARGS_ALL),
	ARGS_MEMORY(ARGS_ALL),
	ARGS_THREADS(ARGS_ALL, THREADS_MAX),
	ARGS_ACCEPT(ARGS_ALL),
	ARGS_UPSTREAM(ARGS_ALL),
	{ "arrays", 0, "form", "how arrays become cells",
	    TO_WORD(how.arrays.form, forms) },
	{ "array-records", 0, NULL, "an array under -r is one record",
	    TO_FLAG(how.whole) },
	{ "bom", 0, NULL, "begin with a byte order mark", TO_FLAG(how.bom) },
	{ "crlf", 0, NULL, "end lines with CR and LF", TO_FLAG(crlf) },
	{ "cross", 0, NULL, "unwind arrays that stand side by side",
	    TO_FLAG(cross) },
	{ "delimiter", 'd', "delimiter", "what stands between cells",
	    TO_CALL(take_delimiter) },
	{ "duplicate-keys", 0, "which", "which of repeated members counts",
	    TO_WORD(how.policy.repeat, repeats) },
	{ "excel", 0, NULL, "the same as --bom --crlf --formula-guard",
	    TO_FLAG(excel) },
	{ "extra", 0, "what", "what to do with members not selected",
	    TO_WORD(how.policy.extra_error, extras) },
	{ "fields", 'f', "fields", "the columns, by the paths of members",
	    TO_CALL(take_fields) },
	{ "fields-file", 0, "file", "read the columns from a file",
	    TO_CALL(take_fields_file) },
	{ "formula-guard", 0, NULL, "make formulas of spreadsheets texts",
	    TO_FLAG(guard) },
	{ "header-row", 0, NULL, "the first array has the names",
	    TO_FLAG(how.header_row) },
	{ "invalid-utf8", 0, "what", "what to do with bytes not in UTF-8",
	    TO_WORD(how.replace, bytes) },
	{ "join", 0, "text", "put this between the elements of an array",
	    TO_TEXT(how.arrays.separator) },
	{ "key", 0, "column", "a column for what * stands for in -r",
	    TO_CALL(take_key) },
	{ "late-columns", 0, "what", "what to do with columns that come late",
	    TO_WORD(late, lates) },
	{ "limit", 0, "n", "write so many rows and end", ARGS_ALL,
	    ARGS_TO_NUMBER(struct options, how.limit, 1, UINT64_MAX) },
	{ "max-depth", 0, "n", "how deep values may be nested", ARGS_ALL,
	    ARGS_TO_NUMBER(struct options, how.policy.max_depth, 1, 1 << 20) },
	{ "max-errors", 0, "n", "how many bad lines may be skipped", ARGS_ALL,
	    ARGS_TO_NUMBER(struct options, how.max_errors, 0, UINT64_MAX) },
	{ "nan", 0, "what", "what to do with NaN and Infinity",
	    TO_WORD(how.policy.nan, nans) },
	{ "no-header", 0, NULL, "write no row of names", TO_FLAG(no_header) },
	{ "nul", 0, "what", "what to do with \\u0000",
	    TO_WORD(how.policy.refuse_nul, nuls) },
	{ "null", 0, "text", "what stands for null", TO_TEXT(how.null_text) },
	{ "quote", 0, "which", "which cells are quoted",
	    TO_WORD(quote, quotes) },
	{ "root", 'r', "path", "where the records are", TO_CALL(take_root) },
	{ "tsv", 0, NULL, "put tabs between cells", TO_FLAG(tsv) },
	{ "unwind", 0, "path", "make a row of each element of this array",
	    TO_CALL(take_unwind) },
	{ "where", 0, "condition", "write only the rows that fulfil this",
	    TO_CALL(take_where) },
	{ 0 }
};

static const struct args_mode modes[] = {
	{ NULL, "[file | -]", 0, 1, false }
};

static void
tell_skipped(const struct err *e)
{
	diag_say("skipping the line: %s", e->text);
}

/* There is a name for each key. */
static void
check_keys(const struct options *o)
{
	const struct path *root = &o->how.root;
	size_t i, n = 0;

	for (i = 0; i < root->n; i++)
		n += root->any >> i & 1;
	if (o->how.n_keys > n)
		args_wrong("--key needs a * in -r, one for each");
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	*a = (struct args){ .summary = "turn records of JSON into rows of CSV",
	    .options = options, .modes = modes, .n_modes = 1, .to = o };
	*o = (struct options){ .delimiter = ',', .how = { .null_text = "",
	    .arrays.separator = ";", .policy.max_depth = SCAN_DEPTH,
	    .skipped = tell_skipped } };
	args_parse(a, argc, argv);
	check_keys(o);
	check_unwind(o);
	if (args_given(a, "join"))
		o->how.arrays.form = ARRAYS_JOINED;
	o->how.header = !o->no_header;
	o->how.bom |= o->excel;
	o->how.policy.replace = o->how.replace;
	o->how.policy.drop_late = o->late != LATE_ERROR;
	o->how.arrays.null_text = o->how.null_text;
	csv_init(&o->how.csv, o->tsv ? '\t' : o->delimiter,
	    o->crlf || o->excel);
	o->how.csv.quote = o->quote;
	o->how.csv.guard = o->guard || o->excel;
	o->how.memory = a->face.memory != 0 ? a->face.memory : MEMORY;
	o->how.threads = a->face.threads != 0 ? a->face.threads :
	    processors(THREADS);
}

/* What was left out, because it was asked for, is said in the end. */
static void
tell_omission(const struct options *o, const struct args *a,
    const struct omission *left)
{
	if (left->late > 0 && o->late == LATE_WARN)
		diag_say("%llu values of columns that first appear after the "
		    "header was written are left out, the first: %s",
		    (unsigned long long)left->late, left->first);
	if (left->lines > 0)
		diag_say("%llu lines were skipped",
		    (unsigned long long)left->lines);
	if (left->hint[0] != '\0' && !a->face.quiet)
		diag_say("%s", left->hint);
}

static int
run(const struct options *o, const struct args *a, struct input *in,
    struct output *out, struct meter *m, struct err *e)
{
	struct input_how how = a->input;
	struct omission left = { 0 };
	int rc;

	how.operand = a->n_operands > 0 ? a->operands[0] : NULL;
	if (output_open(out, -1, e) != 0 || input_open(in, &how, e) != 0)
		return -1;
	out->waits = how.waits;
	rc = convert(&o->how, in, out, m, &left, e);
	tell_omission(o, a, &left);
	if (rc != 0)
		return e->code == EXIT_DATA ?
		    err_prefix(e, "cannot convert '%s'", in->name) : -1;
	return output_finish(out, e);
}

int
main(int argc, char **argv)
{
	struct input in = { .fd = -1 };
	struct output out = { .fd = -1 };
	struct options o;
	struct meter m;
	struct args a;
	struct err e = ERR_NONE;
	bool good;
	int code;

	diag_name("json2csv");
	parse_args(&o, &a, argc, argv);
	meter_begin(&m, &a.face, &a.waits, "records", 0);
	good = run(&o, &a, &in, &out, &m, &e) == 0;
	if (!good)
		output_fail(&out, e.code);
	input_close(&in);
	meter_rest(&m);
	code = good ? EXIT_DONE : diag_report(&e);
	meter_end(&m, code);
	path_free(&o.how.root);
	fields_free(&o.unwind);
	where_free(&o.where);
	fields_free(&o.fields);
	args_free(&a);
	return code;
}
