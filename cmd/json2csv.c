/* json2csv: JSON in, the records' members as CSV rows out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "formats/convert.h"
#include "formats/scan.h"

static const char usage[] =
    "usage: json2csv [-hpqVv] [-d delimiter] [-f fields] [-m size] [-r path]\n"
    "                [-T threads] [--crlf] [--no-header] [--null text]\n"
    "                [--stats] [file | -] [--from command ...]\n";

enum { OPT_CRLF = ARGS_LONG, OPT_NO_HEADER, OPT_NULL };

static const struct option longs[] = {
	{ "root", required_argument, NULL, 'r' },
	{ "fields", required_argument, NULL, 'f' },
	{ "delimiter", required_argument, NULL, 'd' },
	{ "crlf", no_argument, NULL, OPT_CRLF },
	{ "no-header", no_argument, NULL, OPT_NO_HEADER },
	{ "null", required_argument, NULL, OPT_NULL },
	{ 0 }
};

enum { MEMORY = 16 << 20, THREADS_MAX = 64 };

struct options {
	struct conversion how;
	struct fields fields;
};

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

static unsigned
default_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 4 ? 4 : (unsigned)n;
}

static void
read_option(struct options *o, int opt)
{
	struct err e;

	switch (opt) {
	case 'r':
		path_free(&o->how.root);
		if (path_parse(&o->how.root, optarg, &e) != 0)
			args_wrong("%s", e.text);
		break;
	case 'f':
		if (fields_parse(&o->fields, optarg, &e) != 0)
			args_wrong("%s", e.text);
		o->how.fields = &o->fields;
		break;
	case 'd':
		o->how.delimiter = read_delimiter(optarg);
		break;
	case OPT_CRLF:
		o->how.crlf = true;
		break;
	case OPT_NO_HEADER:
		o->how.header = false;
		break;
	case OPT_NULL:
		o->how.null_text = optarg;
		break;
	}
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "d:f:r:",
	    .longs = longs, .max_operands = 1 };
	*o = (struct options){ .how = { .delimiter = ',', .header = true,
	    .null_text = "", .max_depth = SCAN_DEPTH } };
	args_begin(a, argc, argv);
	while ((opt = args_next(a)) != -1)
		read_option(o, opt);
	o->how.memory = a->face.memory != 0 ? a->face.memory : MEMORY;
	if (o->how.memory < CONVERT_MEMORY_MIN)
		args_wrong("-m is too small: at least 1M");
	if (a->face.threads > THREADS_MAX)
		args_wrong("-T is too large: at most %d", THREADS_MAX);
	o->how.threads = a->face.threads != 0 ? a->face.threads :
	    default_threads();
}

static int
run(const struct options *o, const struct args *a, struct input *in,
    struct output *out, struct meter *m, struct err *e)
{
	if (output_open(out, e) != 0 || input_open(in, a->n_operands > 0 ?
	    a->operands[0] : NULL, a->from, e) != 0)
		return -1;
	if (convert(&o->how, in, out, m, e) != 0)
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
	struct err e;
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
	fields_free(&o.fields);
	args_free(&a);
	return good ? EXIT_DONE : diag_report(&e);
}
