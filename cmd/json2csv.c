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

static const char usage[] =
    "usage: json2csv [-hpqVv] [-d delimiter] [-f fields] [-m size] [-r path]\n"
    "                [-T threads] [--allow-empty] [--arrays=form] [--bom] [--crlf]\n"
    "                [--duplicate-keys=which] [--excel] [--extra=what]\n"
    "                [--fields-file file] [--formula-guard]\n"
    "                [--invalid-utf8=what] [--join text] [--late-columns=what]\n"
    "                [--max-depth n] [--max-errors n] [--no-header] [--nul=what]\n"
    "                [--null text] [--quote=which] [--stats] [--tsv]\n"
    "                [--unwind path] [file | -] [--from command ...]\n";

enum { OPT_ARRAYS = ARGS_LONG, OPT_BOM, OPT_CRLF, OPT_DUPLICATE_KEYS, OPT_EXCEL,
	OPT_EXTRA, OPT_FIELDS_FILE, OPT_FORMULA_GUARD, OPT_INVALID_UTF8,
	OPT_JOIN, OPT_LATE_COLUMNS, OPT_MAX_DEPTH, OPT_MAX_ERRORS,
	OPT_NO_HEADER, OPT_NUL, OPT_NULL, OPT_QUOTE, OPT_TSV, OPT_UNWIND };

static const struct option longs[] = {
	{ "root", required_argument, NULL, 'r' },
	{ "fields", required_argument, NULL, 'f' },
	{ "delimiter", required_argument, NULL, 'd' },
	{ "arrays", required_argument, NULL, OPT_ARRAYS },
	{ "bom", no_argument, NULL, OPT_BOM },
	{ "crlf", no_argument, NULL, OPT_CRLF },
	{ "duplicate-keys", required_argument, NULL, OPT_DUPLICATE_KEYS },
	{ "excel", no_argument, NULL, OPT_EXCEL },
	{ "extra", required_argument, NULL, OPT_EXTRA },
	{ "fields-file", required_argument, NULL, OPT_FIELDS_FILE },
	{ "formula-guard", no_argument, NULL, OPT_FORMULA_GUARD },
	{ "invalid-utf8", required_argument, NULL, OPT_INVALID_UTF8 },
	{ "join", required_argument, NULL, OPT_JOIN },
	{ "late-columns", required_argument, NULL, OPT_LATE_COLUMNS },
	{ "max-depth", required_argument, NULL, OPT_MAX_DEPTH },
	{ "max-errors", required_argument, NULL, OPT_MAX_ERRORS },
	{ "no-header", no_argument, NULL, OPT_NO_HEADER },
	{ "nul", required_argument, NULL, OPT_NUL },
	{ "null", required_argument, NULL, OPT_NULL },
	{ "quote", required_argument, NULL, OPT_QUOTE },
	{ "tsv", no_argument, NULL, OPT_TSV },
	{ "unwind", required_argument, NULL, OPT_UNWIND },
	{ 0 }
};

enum { MEMORY = 16 << 20, THREADS = 4, THREADS_MAX = 64, FIELDS_FILE_MAX = 1 << 20 };

struct options {
	struct conversion how;
	struct fields fields;
	struct path unwind;
	char delimiter;
	bool crlf, guard, warn_late;
	enum csv_quote quote;
};

/* The place of a word in a list that NULL ends. */
static int
choice(const char *what, const char *word, const char *const words[])
{
	char all[80] = "";
	size_t at = 0;
	int i;

	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(word, words[i]) == 0)
			return i;
	}
	for (i = 0; words[i] != NULL && at < sizeof(all); i++)
		at += (size_t)snprintf(all + at, sizeof(all) - at, " %s",
		    words[i]);
	args_wrong("%s: '%s' is none of:%s", what, word, all);
}

static char
read_delimiter(const char *s)
{
	if (strcmp(s, "\\t") == 0)
		return '\t';
	if (strlen(s) != 1 || *s == '"' || *s == '\r' || *s == '\n' ||
	    (unsigned char)*s >= 0x80)
		args_wrong("'%s' cannot be a delimiter: one ASCII character "
		    "that is no quote and ends no line", s);
	return *s;
}

static void
add_fields(struct options *o, const char *list)
{
	struct err e = ERR_NONE;

	if (fields_parse(&o->fields, list, &e) != 0)
		args_fail(&e);
	o->how.fields = &o->fields;
}

/* A list a line; empty lines, those that begin with # and a byte order mark do
 * not count.  A file without a field would select all. */
static void
read_fields_file(struct options *o, const char *file)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t before = o->fields.n;
	char *text, *line, *rest;
	struct err e = ERR_NONE;

	line = text = io_slurp(file, FIELDS_FILE_MAX, NULL, &e);
	if (text == NULL)
		args_fail(&e);
	else if (strncmp(text, mark, strlen(mark)) == 0)
		line = text + strlen(mark);
	for (line = strtok_r(line, "\r\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\r\n", &rest)) {
		if (*line != '#')
			add_fields(o, line);
	}
	free(text);
	if (o->fields.n == before)
		args_wrong("there is no field in '%s'", file);
}

/* One level can be unwound, so a second path would be in vain. */
static void
read_unwind(struct options *o, const char *text)
{
	struct err e = ERR_NONE;

	if (o->how.unwind != NULL)
		args_wrong("--unwind can be given once only");
	if (path_parse(&o->unwind, text, &o->how.unwind_optional, &e) != 0)
		args_fail(&e);
	if (o->unwind.n == 0)
		args_wrong("--unwind needs the path of a member");
	o->how.unwind = &o->unwind;
}

/* How the input is taken. */
static void
read_input_option(struct options *o, int opt)
{
	static const char *const repeats[] = { "last", "first", "error", NULL },
	    *const extras[] = { "ignore", "error", NULL },
	    *const bytes[] = { "error", "replace", NULL },
	    *const lates[] = { "error", "drop", "warn", NULL },
	    *const nuls[] = { "keep", "error", NULL };
	struct conversion *how = &o->how;
	struct err e = ERR_NONE;

	switch (opt) {
	case 'r':
		path_free(&how->root);
		if (path_parse(&how->root, optarg, NULL, &e) != 0)
			args_fail(&e);
		break;
	case 'f':
		add_fields(o, optarg);
		break;
	case OPT_FIELDS_FILE:
		read_fields_file(o, optarg);
		break;
	case OPT_DUPLICATE_KEYS:
		how->policy.repeat = (enum scan_repeat)choice(
		    "--duplicate-keys", optarg, repeats);
		break;
	case OPT_EXTRA:
		how->policy.extra_error = choice("--extra", optarg, extras) != 0;
		break;
	case OPT_INVALID_UTF8:
		how->replace = choice("--invalid-utf8", optarg, bytes) != 0;
		how->policy.replace = how->replace;
		break;
	case OPT_LATE_COLUMNS:
		opt = choice("--late-columns", optarg, lates);
		how->policy.drop_late = opt > 0;
		o->warn_late = opt > 1;
		break;
	case OPT_NUL:
		how->policy.refuse_nul = choice("--nul", optarg, nuls) != 0;
		break;
	case OPT_UNWIND:
		read_unwind(o, optarg);
		break;
	case OPT_MAX_DEPTH:
		how->policy.max_depth = args_number("--max-depth", optarg, 1,
		    1 << 20);
		break;
	case OPT_MAX_ERRORS:
		how->max_errors = args_number("--max-errors", optarg, 0,
		    UINT64_MAX);
		break;
	}
}

/* How the output is written. */
static void
read_output_option(struct options *o, int opt)
{
	static const char *const quotes[] = { "minimal", "strings", "all", NULL },
	    *const forms[] = { "json", "join", "count", NULL };

	switch (opt) {
	case OPT_ARRAYS:
		o->how.arrays.form = (enum array_form)choice("--arrays",
		    optarg, forms);
		break;
	case OPT_JOIN:
		o->how.arrays.form = ARRAYS_JOINED;
		o->how.arrays.separator = optarg;
		break;
	case 'd':
		o->delimiter = read_delimiter(optarg);
		break;
	case OPT_TSV:
		o->delimiter = '\t';
		break;
	case OPT_CRLF:
		o->crlf = true;
		break;
	case OPT_BOM:
		o->how.bom = true;
		break;
	case OPT_FORMULA_GUARD:
		o->guard = true;
		break;
	case OPT_EXCEL:
		o->crlf = o->how.bom = o->guard = true;
		break;
	case OPT_NO_HEADER:
		o->how.header = false;
		break;
	case OPT_NULL:
		o->how.null_text = optarg;
		break;
	case OPT_QUOTE:
		o->quote = (enum csv_quote)choice("--quote", optarg, quotes);
		break;
	}
}

static void
tell_skipped(const struct err *e)
{
	diag_say("skipping the line: %s", e->text);
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "d:f:r:",
	    .longs = longs, .max_operands = 1 };
	*o = (struct options){ .delimiter = ',', .how = { .header = true,
	    .null_text = "", .arrays.separator = ";", .policy.max_depth = SCAN_DEPTH,
	    .skipped = tell_skipped } };
	args_begin(a, argc, argv);
	while ((opt = args_next(a)) != -1) {
		read_input_option(o, opt);
		read_output_option(o, opt);
	}
	o->how.arrays.null_text = o->how.null_text;
	csv_init(&o->how.csv, o->delimiter, o->crlf);
	o->how.csv.quote = o->quote;
	o->how.csv.guard = o->guard;
	o->how.memory = a->face.memory != 0 ? a->face.memory : MEMORY;
	if (o->how.memory < CONVERT_MEMORY_MIN)
		args_wrong("-m is too small: at least 1M");
	if (a->face.threads > THREADS_MAX)
		args_wrong("-T is too large: at most %d", THREADS_MAX);
	o->how.threads = a->face.threads != 0 ? a->face.threads :
	    processors(THREADS);
}

/* What was left out, because it was asked for, is said in the end. */
static void
tell_omission(const struct options *o, const struct omission *left)
{
	if (left->late > 0 && o->warn_late)
		diag_say("%llu values of columns that first appear after the "
		    "header was written are left out, the first: %s",
		    (unsigned long long)left->late, left->first);
	if (left->lines > 0)
		diag_say("%llu lines were skipped",
		    (unsigned long long)left->lines);
}

static int
run(const struct options *o, const struct args *a, struct input *in,
    struct output *out, struct meter *m, struct err *e)
{
	struct omission left = { 0 };
	int rc;

	if (output_open(out, -1, e) != 0 || input_open(in, a->n_operands > 0 ?
	    a->operands[0] : NULL, a->from, -1, e) != 0)
		return -1;
	in->allow_empty = a->face.allow_empty;
	rc = convert(&o->how, in, out, m, &left, e);
	tell_omission(o, &left);
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

	diag_name("json2csv");
	parse_args(&o, &a, argc, argv);
	meter_begin(&m, &a.face, "records");
	good = run(&o, &a, &in, &out, &m, &e) == 0;
	if (!good)
		output_fail(&out);
	input_close(&in);
	meter_end(&m, good);
	path_free(&o.how.root);
	path_free(&o.unwind);
	fields_free(&o.fields);
	args_free(&a);
	return good ? EXIT_DONE : diag_report(&e);
}
