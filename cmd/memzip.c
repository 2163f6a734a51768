/* memzip: any bytes in, a zip archive out, deflated by several threads. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "formats/deflate.h"
#include "formats/timestamp.h"
#include "formats/unarchive.h"
#include "formats/zipbudget.h"
#include "formats/zipname.h"
#include "formats/zipwriter.h"

static const char usage[] =
    "usage: memzip [-0...-9] [-hpqVv] [-m size] [-n name] [-T threads]\n"
    "              [--mtime time] [--stats] [file | -] [--from command ...]\n";

enum { OPT_MTIME = ARGS_LONG };

static const struct option longs[] = {
	{ "name", required_argument, NULL, 'n' },
	{ "mtime", required_argument, NULL, OPT_MTIME },
	{ 0 }
};

struct options {
	int level;
	const char *name;
	int64_t mtime;
	struct zipbudget budget;
};

/* What one run works with. */
struct job {
	const struct options *o;
	struct input in;
	struct output out;
	struct zipwriter zip;
	struct deflate *deflate;
	struct meter meter;
};

static int64_t
read_time(const char *what, const char *s)
{
	int64_t t;

	if (!timestamp_parse(s, &t))
		args_wrong("%s is not a time: '%s'", what, s);
	return t;
}

/* SOURCE_DATE_EPOCH: reproducible-builds.org's convention. */
static int64_t
default_mtime(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch != NULL && *epoch != '\0' ?
	    read_time("SOURCE_DATE_EPOCH", epoch) : ZIP_EPOCH;
}

static unsigned
default_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 16 ? 16 : (unsigned)n;
}

/* The entry's name: -n, else the operand's; a descriptor has none. */
static const char *
entry_name(const struct options *o, const struct args *a)
{
	const char *given = o->name, *file = a->n_operands > 0 ?
	    a->operands[0] : "-";
	const char *why;
	char *name;

	if (given == NULL)
		given = strcmp(file, "-") == 0 ||
		    strncmp(file, "/dev/", 5) == 0 ||
		    strncmp(file, "/proc/", 6) == 0 ? "data" : file;
	if ((name = malloc(strlen(given) + 1)) == NULL)
		args_wrong("out of memory");
	if ((why = zipname_clean(given, name)) != NULL)
		args_wrong("'%s' cannot be an entry's name: %s", given, why);
	return name;
}

static void
parse_args(struct options *o, struct args *a, int argc, char **argv)
{
	struct err e;
	int opt;

	*a = (struct args){ .usage = usage, .shorts = "0123456789n:",
	    .longs = longs, .max_operands = 1 };
	*o = (struct options){ .level = 6, .mtime = -1 };
	args_begin(a, argc, argv);
	while ((opt = args_next(a)) != -1) {
		if (opt >= '0' && opt <= '9')
			o->level = opt - '0';
		else if (opt == 'n')
			o->name = optarg;
		else if (opt == OPT_MTIME)
			o->mtime = read_time("--mtime", optarg);
	}
	if (o->mtime == -1)
		o->mtime = default_mtime();
	o->name = entry_name(o, a);
	if (zipbudget_divide(&o->budget, a->face.memory, a->face.threads != 0 ?
	    a->face.threads : default_threads(), &e) != 0)
		args_wrong("%s", e.text);
	if (isatty(STDOUT_FILENO))
		args_wrong("an archive is not written to a terminal");
}

static ssize_t
read_input(void *arg, void *buf, size_t len, struct err *e)
{
	struct job *j = arg;
	ssize_t n = input_read(&j->in, buf, len, e);

	if (n > 0)
		j->meter.in += (uint64_t)n;
	j->meter.out = j->out.bytes;
	meter_tick(&j->meter);
	return n;
}

static int
start(struct job *j, const struct args *a, struct err *e)
{
	const struct zipbudget *b = &j->o->budget;

	if (output_open(&j->out, e) != 0)
		return -1;
	if (input_open(&j->in, a->n_operands > 0 ? a->operands[0] : NULL,
	    a->from, e) != 0)
		return -1;
	if (zipwriter_init(&j->zip, &j->out, b->window, b->directory, e) != 0)
		return -1;
	j->deflate = deflate_new(j->o->level, b->threads, b->depth, e);
	return j->deflate != NULL ? 0 : -1;
}

static int
write_entry(struct job *j, struct err *e)
{
	struct deflate_ends ends = { read_input, j, zipwriter_data, &j->zip };
	struct deflate_sum sum;

	if (zipwriter_begin(&j->zip, j->o->name, j->o->mtime, ZIP_MODE_FILE,
	    e) != 0)
		return -1;
	if (deflate_stream(j->deflate, &ends, &sum, e) != 0)
		return -1;
	return zipwriter_end(&j->zip, sum.in, sum.out, sum.crc, e);
}

/* The directory makes it an archive: only behind a complete input. */
static int
finish(struct job *j, struct err *e)
{
	if (zipwriter_finish(&j->zip, NULL, e) != 0)
		return -1;
	if (j->zip.whole && unarchive_verify(window_bytes(&j->zip.head),
	    window_size(&j->zip.head), &j->zip.tally, e) != 0)
		return -1;
	if (zipwriter_flush(&j->zip, e) != 0)
		return -1;
	j->meter.out = j->out.bytes;
	return output_finish(&j->out, e);
}

static void
stop(struct job *j, bool good)
{
	if (!good)
		output_fail(&j->out);
	input_close(&j->in);
	deflate_free(j->deflate);
	zipwriter_free(&j->zip);
	meter_end(&j->meter, good);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct args a;
	struct err e;
	bool good;

	diag_name("memzip");
	setlocale(LC_CTYPE, "C.UTF-8");		/* libarchive's names */
	parse_args(&o, &a, argc, argv);
	struct job j = { .o = &o, .in.fd = -1, .out.fd = STDOUT_FILENO };
	meter_begin(&j.meter, &a.face, NULL);
	good = start(&j, &a, &e) == 0 && write_entry(&j, &e) == 0 &&
	    finish(&j, &e) == 0;
	stop(&j, good);
	free((void *)o.name);
	args_free(&a);
	return good ? EXIT_DONE : (int)diag_report(&e);
}
