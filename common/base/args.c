/* args: options common to all tools, and the readers of option values. */
#include "base/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/seal.h"

/* Values of the long-only common options, out of the tools' way. */
enum { OPT_STATS = -16, OPT_FROM = -17, OPT_EMPTY = -18 };

static const char common_letters[] = "hVqvpm:T:";

static const struct option common_longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "progress", no_argument, NULL, 'p' },
	{ "memory", required_argument, NULL, 'm' },
	{ "threads", required_argument, NULL, 'T' },
	{ "stats", no_argument, NULL, OPT_STATS },
	{ "from", no_argument, NULL, OPT_FROM },
	{ "allow-empty", no_argument, NULL, OPT_EMPTY },
};

enum { N_COMMON = sizeof common_longs / sizeof common_longs[0] };

_Noreturn void
args_wrong(const char *fmt, ...)
{
	char text[ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	diag_say("%s (try '%s -h')", text, diag_program());
	seal_break(STDOUT_FILENO);	/* or it would pass for empty data */
	exit(EXIT_USAGE);
}

_Noreturn void
args_fail(const struct err *e)
{
	int code;

	if (e->code == EXIT_USAGE)
		args_wrong("%s", e->text);
	code = diag_report(e);
	seal_break(STDOUT_FILENO);
	exit(code);
}

_Noreturn static void
no_memory(void)
{
	struct err e = ERR_NONE;

	err_memory(&e);
	args_fail(&e);
}

static bool
refused(const struct args *a, int opt)
{
	int letter = opt == OPT_FROM ? 'f' : opt == OPT_EMPTY ? 'e' : opt;

	return a->without != NULL && letter > 0 &&
	    strchr(a->without, letter) != NULL;
}

/* "-" in front makes getopt hand over operands where they stand (as option 1)
 * instead of permuting argv: what stands behind --from must stay in order.
 * ":" leaves it to us to say what is wrong. */
static void
join_letters(struct args *a)
{
	size_t n = strlen(a->shorts), at = 0;

	a->letters = malloc(2 + n + sizeof common_letters);
	if (a->letters == NULL)
		no_memory();
	a->letters[at++] = '-';
	a->letters[at++] = ':';
	memcpy(a->letters + at, a->shorts, n);
	at += n;
	for (const char *s = common_letters; *s != '\0'; s++) {
		if (*s == ':' || refused(a, *s))
			continue;
		a->letters[at++] = *s;
		if (s[1] == ':')
			a->letters[at++] = ':';
	}
	a->letters[at] = '\0';
}

static void
join_longs(struct args *a)
{
	size_t own = 0, at = 0;

	while (a->longs != NULL && a->longs[own].name != NULL)
		own++;
	a->all = calloc(own + N_COMMON + 1, sizeof *a->all);
	if (a->all == NULL)
		no_memory();
	for (size_t i = 0; i < own; i++)
		a->all[at++] = a->longs[i];
	for (size_t i = 0; i < N_COMMON; i++)
		if (!refused(a, common_longs[i].val))
			a->all[at++] = common_longs[i];
}

void
args_begin(struct args *a, int argc, char **argv)
{
	io_guard();
	a->argc = argc;
	a->argv = argv;
	a->face = (struct face){ 0 };
	a->from = NULL;
	a->n_operands = 0;
	a->operands = calloc((size_t)argc + 1, sizeof *a->operands);
	if (a->operands == NULL)
		no_memory();
	join_letters(a);
	join_longs(a);
	optind = 1;
}

static void
finish_stdout(void)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		diag_say("cannot write to 'stdout': %s", strerror(errno));
		exit(EXIT_IO);
	}
	exit(EXIT_DONE);
}

static void
take_operand(struct args *a, char *s)
{
	if (a->n_operands >= a->max_operands)
		args_wrong("too many operands: '%s'", s);
	a->operands[a->n_operands++] = s;
}

static void
take_from(struct args *a)
{
	a->from = a->argv + optind;
	if (a->from[0] == NULL)
		args_wrong("--from needs a command");
	if (a->n_operands > 0 && a->n_operands == a->max_operands)
		args_wrong("--from and the operand '%s' exclude each other",
		    a->operands[a->n_operands - 1]);
}

/* One of the common options; false if opt is the tool's own. */
static bool
take_common(struct args *a, int opt)
{
	switch (opt) {
	case 'h':
		fputs(a->usage, stdout);
		finish_stdout();
		break;
	case 'V':
		printf("%s (mempipe) %s\n", diag_program(), VERSION);
		finish_stdout();
		break;
	case 'q':
		a->face.quiet = true;
		break;
	case 'v':
		a->face.verbose = true;
		break;
	case 'p':
		a->face.progress = true;
		break;
	case 'm':
		a->face.memory = args_size("-m", optarg, 1 << 20,
		    (uint64_t)1 << 40);
		break;
	case 'T':
		a->face.threads = (unsigned)args_number("-T", optarg, 1, 256);
		break;
	case OPT_STATS:
		a->face.stats = true;
		break;
	case OPT_EMPTY:
		a->face.allow_empty = true;
		break;
	default:
		return false;
	}
	return true;
}

/* A long option that is none, or may be one of several: "--sta". */
_Noreturn static void
wrong_long(const struct args *a, const char *word)
{
	size_t len = strcspn(word + 2, "="), at = 0;
	char list[ERR_TEXT / 2] = "";
	unsigned n = 0;

	for (const struct option *o = a->all; o->name != NULL; o++) {
		if (strncmp(o->name, word + 2, len) != 0)
			continue;
		n++;
		if (at < sizeof list)
			at += (size_t)snprintf(list + at, sizeof list - at,
			    " --%s", o->name);
	}
	if (n > 1)
		args_wrong("option '%s' may be%s", word, list);
	args_wrong("unknown option '%s'", word);
}

/* What getopt stopped at: opt is '?', or ':' where a value is missing. */
_Noreturn static void
wrong_option(const struct args *a, int opt)
{
	const char *word = a->argv[optind - 1];
	const struct option *o = a->all;

	if (opt == ':' && strncmp(word, "--", 2) == 0)
		args_wrong("option '%s' needs a value", word);
	if (opt == ':')
		args_wrong("option '-%c' needs a value", optopt);
	if (optopt == 0)
		wrong_long(a, word);
	while (o->name != NULL && o->val != optopt)
		o++;
	if (o->name != NULL)
		args_wrong("option '--%s' takes no value", o->name);
	args_wrong("unknown option '-%c'", optopt);
}

int
args_next(struct args *a)
{
	int opt;

	while ((opt = getopt_long(a->argc, a->argv, a->letters, a->all,
	    NULL)) != -1) {
		if (opt == '?' || opt == ':')
			wrong_option(a, opt);
		if (opt == 1) {
			take_operand(a, optarg);
		} else if (opt == OPT_FROM) {
			take_from(a);
			break;
		} else if (refused(a, opt) || !take_common(a, opt)) {
			return opt;
		}
	}
	while (a->from == NULL && optind < a->argc)
		take_operand(a, a->argv[optind++]);
	if (a->n_operands < a->min_operands)
		args_wrong("an operand is missing");
	return -1;
}

void
args_free(struct args *a)
{
	free(a->operands);
	free(a->all);
	free(a->letters);
	a->operands = NULL;
	a->all = NULL;
	a->letters = NULL;
}

/* A run of decimal digits; rest points behind it. */
static bool
read_digits(const char *s, uint64_t *value, const char **rest)
{
	uint64_t v = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*value = v;
	*rest = s;
	return true;
}

/* number unit: one of n units, each a factor; "" must be among them. */
struct unit { const char *name; uint64_t factor; };

static bool
read_with_unit(const char *s, const struct unit *units, size_t n,
    uint64_t *value)
{
	const char *rest;
	uint64_t v;

	if (!read_digits(s, &v, &rest))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		if (v > UINT64_MAX / units[i].factor)
			return false;
		*value = v * units[i].factor;
		return true;
	}
	return false;
}

bool
args_parse_size(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 }, { "K", 1024 }, { "k", 1024 },
		{ "M", (uint64_t)1 << 20 }, { "G", (uint64_t)1 << 30 },
		{ "T", (uint64_t)1 << 40 },
	};

	return read_with_unit(s, units, sizeof units / sizeof units[0], bytes);
}

bool
args_parse_duration(const char *s, uint64_t *ms)
{
	static const struct unit units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 },
	};

	return read_with_unit(s, units, sizeof units / sizeof units[0], ms);
}

uint64_t
args_size(const char *what, const char *s, uint64_t min, uint64_t max)
{
	uint64_t v;

	if (!args_parse_size(s, &v))
		args_wrong("%s: '%s' is not a size such as 64K, 8M or 5G",
		    what, s);
	if (v < min || v > max)
		args_wrong("%s: %s is outside of %llu to %llu bytes", what, s,
		    (unsigned long long)min, (unsigned long long)max);
	return v;
}

uint64_t
args_duration(const char *what, const char *s, uint64_t min, uint64_t max)
{
	uint64_t v;

	if (!args_parse_duration(s, &v))
		args_wrong("%s: '%s' is not a time such as 500ms, 30s or 5m",
		    what, s);
	if (v < min || v > max)
		args_wrong("%s: %s is outside of %llu to %llu ms", what, s,
		    (unsigned long long)min, (unsigned long long)max);
	return v;
}

uint64_t
args_number(const char *what, const char *s, uint64_t min, uint64_t max)
{
	const char *rest;
	uint64_t v;

	if (!read_digits(s, &v, &rest) || *rest != '\0')
		args_wrong("%s: '%s' is not a whole number", what, s);
	if (v < min || v > max)
		args_wrong("%s: %s is outside of %llu to %llu", what, s,
		    (unsigned long long)min, (unsigned long long)max);
	return v;
}
