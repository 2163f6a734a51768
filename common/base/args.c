/* args: reads the command line by the tool's table of options. */
#include "base/args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/args_private.h"
#include "base/args_value.h"
#include "base/io.h"
#include "base/limit.h"
#include "base/stop.h"
#include "base/seal.h"

const char *const args_shells[] = { "bash", "zsh", "fish", NULL };

/* An option that is taken after the others. */
struct args_late {
	const struct args_option *option;
	char *value;
};

/* Bytes of texts within messages: "--" and an option's name, of which the
 * longest has half as many; and the words that an option takes, with commas.
 * A longer one would be cut, and the message still says what is wrong. */
enum { LABEL = 64, LIST = 256 };

_Noreturn void
args_wrong(const char *fmt, ...)
{
	char text[ERR_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	diag_say("%s (try '%s -h')", text, diag_program());
	seal_break(STDOUT_FILENO, SEAL_BROKEN);	/* or it would pass for empty data */
	exit(EXIT_USAGE);
}

_Noreturn void
args_fail(const struct err *e)
{
	int code;

	if (e->code == EXIT_USAGE)
		args_wrong("%s", e->text);
	code = diag_report(e);
	seal_break(STDOUT_FILENO, seal_of_exit(e->code));
	exit(code);
}

_Noreturn void
args_no_memory(void)
{
	struct err e = ERR_NONE;

	err_memory(&e);
	args_fail(&e);
}

/* How messages call an option: by its letter where it has one. */
static const char *
label(const struct args_option *o, char text[LABEL])
{
	if (o->letter != 0)
		snprintf(text, LABEL, "-%c", o->letter);
	else
		snprintf(text, LABEL, "--%s", o->name);
	return text;
}

/* Adds a word to a list in a text, which is cut where it has no more room. */
static void
list(char text[LIST], const char *before, const char *word)
{
	size_t at = strlen(text);

	snprintf(text + at, LIST - at, "%s%s", before, word);
}

/* Values. */

static void
store(void *place, size_t width, uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	if (width == sizeof(bool))
		*(bool *)place = value != 0;
	else if (width == sizeof narrow)
		memcpy(place, &narrow, sizeof narrow);
	else
		memcpy(place, &value, sizeof value);
}

static void
take_number(const struct args_option *o, const char *text, void *place)
{
	static const struct {
		bool (*parse)(const char *s, uint64_t *value);
		void (*show)(char text[ARGS_VALUE], uint64_t value);
		const char *what;
	} kinds[] = {
		[ARGS_SIZE] = { args_parse_size, args_show_size,
		    "a size such as 64K, 8M or 5G" },
		[ARGS_TIME] = { args_parse_duration, args_show_duration,
		    "a time such as 500ms, 30s or 5m" },
		[ARGS_NUMBER] = { args_parse_number, args_show_number,
		    "a whole number" },
	};
	const char *hint = o->hint != NULL ? o->hint : "";
	char name[LABEL], min[ARGS_VALUE], max[ARGS_VALUE];
	uint64_t value;

	if (!kinds[o->kind].parse(text, &value))
		args_wrong("%s: '%s' is not %s%s", label(o, name), text,
		    kinds[o->kind].what, hint);
	if (value < o->min || value > o->max) {
		kinds[o->kind].show(min, o->min);
		kinds[o->kind].show(max, o->max);
		args_wrong("%s: %s is outside of %s to %s%s",
		    label(o, name), text, min, max, hint);
	}
	store(place, o->width, value);
}

static void
take_word(const struct args_option *o, const char *text, void *place)
{
	char name[LABEL], all[LIST] = "";

	for (unsigned i = 0; o->words[i] != NULL; i++) {
		if (text == NULL || strcmp(text, o->words[i]) == 0) {
			store(place, o->width, i);
			return;
		}
		list(all, " ", o->words[i]);
	}
	args_wrong("%s: '%s' is none of:%s", label(o, name), text, all);
}

static void
take_mode(struct args *a, const struct args_option *o)
{
	char name[LABEL], other[LABEL];

	for (const struct args_option *p = a->options; a->mode != 0 &&
	    a->mode != o->min; p++)
		if (p->kind == ARGS_MODE && p->min == a->mode)
			args_wrong("%s and %s exclude each other",
			    label(p, other), label(o, name));
	a->mode = (unsigned)o->min;
}

static void
take_status(struct args *a, const struct args_option *o, const char *text)
{
	char name[LABEL];
	uint64_t value;

	if (!args_parse_number(text, &value) || value == 0 ||
	    value >= ARGS_STATUSES)
		args_wrong("%s: '%s' is not an exit status from 1 to %d",
		    label(o, name), text, ARGS_STATUSES - 1);
	a->accepted[value] = true;
}

/* digit is the letter by which the option was given. */
static void
take(struct args *a, const struct args_option *o, char digit, char *value)
{
	char *to = o->face ? (char *)&a->face : a->to, *place = to + o->at;
	const char *text = value;

	a->given[o - a->options] = true;
	switch (o->kind) {
	case ARGS_CALL:
		o->take(a->to, o, value);
		break;
	case ARGS_READ:
	case ARGS_LATE:
		if (o->kind == ARGS_LATE || (value != NULL && *value == '@'))
			a->late[a->n_late++] = (struct args_late){ o, value };
		else
			o->take(a->to, o, value);
		break;
	case ARGS_FLAG:
		*(bool *)(void *)place = true;
		break;
	case ARGS_TEXT:
		memcpy(place, &text, sizeof text);
		break;
	case ARGS_SIZE:
	case ARGS_TIME:
	case ARGS_NUMBER:
		take_number(o, value, place);
		break;
	case ARGS_WORD:
		take_word(o, value, place);
		break;
	case ARGS_DIGIT:
		store(place, o->width, (uint64_t)(digit - '0'));
		break;
	case ARGS_MODE:
		take_mode(a, o);
		break;
	case ARGS_FROM:
		break;
	case ARGS_STATUS:
		take_status(a, o, value);
		break;
	case ARGS_HELP:
		args_print_help(a, digit == 0);
		break;
	case ARGS_VERSION:
		args_print_version();
		break;
	case ARGS_COMPLETION:
		args_print_completion(a, value);
		break;
	}
}

/* Words. */

static void
take_operand(struct args *a, char *word)
{
	a->operands[a->n_operands++] = word;
}

/* A long option that is none; perhaps a shortened one. */
_Noreturn static void
wrong_long(const struct args *a, const char *word, size_t len)
{
	char all[LIST] = "";

	for (const struct args_option *o = a->options; args_is_row(o); o++) {
		if (o->name == NULL || strncmp(o->name, word + 2, len) != 0)
			continue;
		list(all, *all == '\0' ? "--" : " or --", o->name);
	}
	if (len > 0 && *all != '\0')
		args_wrong("option '%s' is shortened: write %s", word, all);
	args_wrong("unknown option '%s'", word);
}

/*
 * The command of --from is not ours: what may be secret in its words (-H) shall
 * not stay in the list of processes for as long as we run.  So we keep a copy,
 * and of argv the command's name.
 */
static char **
take_command(char **words)
{
	size_t n = 0, size = 0;
	char **copy, *to;

	for (; words[n] != NULL; n++)
		size += strlen(words[n]) + 1;
	copy = malloc((n + 1) * sizeof *copy + size);
	if (copy == NULL)
		args_no_memory();
	to = (char *)(copy + n + 1);
	for (size_t i = 0; i < n; i++) {
		size = strlen(words[i]);
		copy[i] = memcpy(to, words[i], size + 1);
		to += size + 1;
		if (i > 0)
			memset(words[i], '*', size);
	}
	copy[n] = NULL;
	return copy;
}

/* "--name", "--name=value" or "--name" and the next word; gives the number of
 * words that were taken. */
static int
take_long(struct args *a, char **words)
{
	char *word = words[0], *value = strchr(word, '=');
	size_t len = value != NULL ? (size_t)(value - word) - 2 :
	    strlen(word + 2);
	const struct args_option *o = a->options;

	while (args_is_row(o) && (o->name == NULL || strlen(o->name) != len ||
	    strncmp(o->name, word + 2, len) != 0))
		o++;
	if (!args_is_row(o))
		wrong_long(a, word, len);
	if (o->kind == ARGS_FROM) {
		if (value != NULL || words[1] == NULL)
			args_wrong("--from needs a command");
		a->from = take_command(words + 1);
		take(a, o, 0, NULL);
		return 1;
	}
	if (value != NULL && o->argument == NULL)
		args_wrong("option '--%s' takes no value", o->name);
	if (value != NULL || o->argument == NULL || *o->argument == '[') {
		take(a, o, 0, value != NULL ? value + 1 : NULL);
		return 1;
	}
	if (words[1] == NULL)
		args_wrong("option '%s' needs a value", word);
	take(a, o, 0, words[1]);
	return 2;
}

/* "-abc", "-mvalue" or "-m" and the next word, likewise. */
static int
take_letters(struct args *a, char **words)
{
	for (char *at = words[0] + 1; *at != '\0'; at++) {
		const struct args_option *o = a->options;
		char digit = *at >= '0' && *at <= '9' ? '0' : *at;

		while (args_is_row(o) && o->letter != digit)
			o++;
		if (!args_is_row(o))
			args_wrong("unknown option '-%c'", *at);
		if (o->argument == NULL || *o->argument == '[') {
			take(a, o, *at, NULL);
			continue;
		}
		if (at[1] != '\0') {
			take(a, o, *at, at + 1);
			return 1;
		}
		if (words[1] == NULL)
			args_wrong("option '-%c' needs a value", *at);
		take(a, o, *at, words[1]);
		return 2;
	}
	return 1;
}

/* Judging the whole. */

/* An option that the mode does not take: says which would. */
static void
check_option(const struct args *a, const struct args_option *o)
{
	char name[LABEL], other[LABEL], all[LIST] = "";

	if ((o->modes & ARGS_IN(a->mode)) != 0)
		return;
	for (const struct args_option *p = a->options; args_is_row(p); p++) {
		if (p->kind != ARGS_MODE)
			continue;
		label(p, other);
		if (p->min == a->mode)
			args_wrong("%s has no meaning for %s", label(o, name),
			    other);
		if ((o->modes & ARGS_IN(p->min)) != 0)
			list(all, *all == '\0' ? "" : " or ", other);
	}
	args_wrong("%s goes with %s", label(o, name), all);
}

static void
check_operands(const struct args *a)
{
	const struct args_mode *m = &a->modes[a->mode];

	if (a->n_operands > m->max)
		args_wrong("too many operands: '%s'", a->operands[m->max]);
	if (a->from != NULL && a->n_operands > 0 && a->n_operands == m->max)
		args_wrong("--from and the operand '%s' exclude each other",
		    a->operands[a->n_operands - 1]);
	if (a->n_operands < m->min)
		args_wrong("an operand is missing");
}

static bool
has_from(const struct args *a)
{
	for (const struct args_option *o = a->options; args_is_row(o); o++)
		if (o->kind == ARGS_FROM)
			return true;
	return false;
}

/* What may wait for a file comes last, under the deadline. */
static void
read_late(struct args *a)
{
	struct err e = ERR_NONE;

	if (a->face.deadline != 0 && stop_alarm(a->face.deadline, &e) != 0)
		args_fail(&e);
	for (unsigned i = 0; i < a->n_late; i++)
		a->late[i].option->take(a->to, a->late[i].option,
		    a->late[i].value);
}

void
args_parse(struct args *a, int argc, char **argv)
{
	size_t rows = 0;
	int i = 1;

	io_guard();
	stop_as_usual();
	limit_core();
	while (args_is_row(&a->options[rows]))
		rows++;
	a->given = calloc(rows, sizeof *a->given);
	a->operands = calloc((size_t)argc + 1, sizeof *a->operands);
	a->late = calloc((size_t)argc + 1, sizeof *a->late);
	if (a->given == NULL || a->operands == NULL || a->late == NULL)
		args_no_memory();
	while (i < argc && a->from == NULL) {
		char *word = argv[i];

		if (strcmp(word, "--") == 0)
			break;
		if (strncmp(word, "--", 2) == 0) {
			i += take_long(a, argv + i);
		} else if (word[0] == '-' && word[1] != '\0') {
			i += take_letters(a, argv + i);
		} else {
			take_operand(a, word);
			i++;
		}
	}
	while (a->from == NULL && ++i < argc)
		take_operand(a, argv[i]);
	for (size_t row = 0; row < rows; row++)
		if (a->given[row])
			check_option(a, &a->options[row]);
	check_operands(a);
	read_late(a);
	a->input = (struct input_how){ .from = a->from, .stop = -1,
		.allow_empty = a->face.allow_empty, .verbose = a->face.verbose,
		.accepted = a->accepted, .seen = &a->seen,
		.waits = &a->waits };
	if (has_from(a) && a->from == NULL)
		pipeline_open(&a->seen, STDIN_FILENO);
}

bool
args_given(const struct args *a, const char *name)
{
	for (const struct args_option *o = a->options; args_is_row(o); o++)
		if (o->name != NULL && strcmp(o->name, name) == 0)
			return a->given[o - a->options];
	return false;
}

void
args_free(struct args *a)
{
	free(a->operands);
	pipeline_close(&a->seen);
	free(a->given);
	free(a->late);
	a->late = NULL;
	free(a->from);
	a->from = NULL;
	a->operands = NULL;
	a->given = NULL;
}
