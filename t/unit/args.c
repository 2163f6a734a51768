/* args: sizes, durations, and where options end. */
#include "base/args.h"
#include "base/args_value.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static void
values(void)
{
	uint64_t v;

	ok(args_parse_size("0", &v) && v == 0, "0");
	ok(args_parse_size("64K", &v) && v == 65536, "64K");
	ok(args_parse_size("5G", &v) && v == 5368709120u, "5G");
	ok(args_parse_size("18446744073709551615", &v) && v == UINT64_MAX,
	    "the largest number");
	ok(!args_parse_size("18446744073709551616", &v), "one more is refused");
	ok(!args_parse_size("17179869184G", &v), "a product that wraps, too");
	ok(!args_parse_size("", &v) && !args_parse_size("K", &v) &&
	    !args_parse_size("-1", &v) && !args_parse_size(" 1", &v) &&
	    !args_parse_size("1KB", &v) && !args_parse_size("0x10", &v),
	    "what is no size");
	ok(args_parse_duration("500ms", &v) && v == 500, "500ms");
	ok(args_parse_duration("30s", &v) && v == 30000, "30s");
	ok(args_parse_duration("5m", &v) && v == 300000, "5m");
	ok(args_parse_duration("7", &v) && v == 7000, "bare seconds");
	ok(!args_parse_duration("1.5s", &v), "no fractions");
}

struct tool {
	const char *fields;
	unsigned crlf, level, jobs;
	uint64_t size;
	int64_t wait;
	bool flag;
	enum { ONE, TWO } word;
};

static void
count(void *to, const struct args_option *option, char *value)
{
	struct tool *t = to;

	if (value == NULL && strcmp(option->name, "crlf") == 0)
		t->crlf++;
}

static const char *const words[] = { "one", "two", NULL };

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_MEMORY(ARGS_ALL),
	ARGS_UPSTREAM(ARGS_IN(0)),
	{ NULL, '0', NULL, "", ARGS_ALL, ARGS_TO_DIGIT(struct tool, level) },
	{ "crlf", 0, NULL, "", ARGS_ALL, ARGS_TO_CALL(count) },
	{ "fields", 'f', "fields", "", ARGS_ALL,
	    ARGS_TO_TEXT(struct tool, fields) },
	{ "flag", 0, NULL, "", ARGS_ALL, ARGS_TO_FLAG(struct tool, flag) },
	{ "jobs", 'j', "n", "", ARGS_ALL,
	    ARGS_TO_NUMBER(struct tool, jobs, 1, UINT32_MAX) },
	{ "other", 0, NULL, "", ARGS_ALL, ARGS_TO_MODE(1) },
	{ "size", 0, "size", "", ARGS_ALL,
	    ARGS_TO_SIZE(struct tool, size, 0, UINT64_MAX) },
	{ "wait", 0, "time", "", ARGS_ALL,
	    ARGS_TO_TIME(struct tool, wait, 0, INT64_MAX) },
	{ "word", 0, "word", "", ARGS_ALL,
	    ARGS_TO_WORD(struct tool, word, words) },
	{ 0 }
};

static const struct args_mode modes[] = {
	{ NULL, "[a [b]]", 0, 2, false },
	{ "other", "", 0, 0, false },
};

/* The command line: its words after the tool's name. */
static struct tool
parse(struct args *a, char **argv)
{
	static struct tool t;
	static char text[32][32];
	static char *copy[33];
	int argc = 0;

	for (; argv[argc] != NULL && argc < 32; argc++) {
		snprintf(text[argc], sizeof text[argc], "%s", argv[argc]);
		copy[argc] = text[argc];
	}
	copy[argc] = NULL;
	t = (struct tool){ .word = ONE };
	*a = (struct args){ .summary = "", .options = options, .modes = modes,
	    .n_modes = 2, .to = &t };
	args_parse(a, argc, copy);
	return t;
}

static void
line(void)
{
	char *mixed[] = { "tool", "a", "-f", "--from", "--crlf", "-qm2M", "b",
		"--size=3K", "--wait", "2s", "-7", "-j4294967295", "--word=two",
		NULL },
	    *from[] = { "tool", "-v", "-f", "--from", "--from", "cmd", "-x",
		"--", "--from", NULL },
	    *literal[] = { "tool", "--", "--from", "-q", NULL },
	    *other[] = { "tool", "--other", NULL },
	    *values[] = { "tool", "-f", "", "--fields=", "-", NULL };
	struct args a;
	struct tool t = parse(&a, mixed);

	ok(t.fields != NULL && strcmp(t.fields, "--from") == 0,
	    "an option's value is never taken for --from");
	ok(t.crlf == 1 && a.face.quiet && a.face.memory == 2 << 20,
	    "own and common options side by side");
	ok(t.size == 3072 && t.wait == 2000 && t.level == 7 &&
	    t.jobs == UINT32_MAX && t.word == TWO && !t.flag,
	    "values go where their rows say");
	ok(a.n_operands == 2 && strcmp(a.operands[1], "b") == 0,
	    "operands between options");
	ok(a.from == NULL && a.mode == 0, "no upstream command, the first mode");
	ok(args_given(&a, "crlf") && args_given(&a, "memory") &&
	    !args_given(&a, "flag") && !args_given(&a, "none"),
	    "what was given");
	args_free(&a);

	t = parse(&a, from);
	ok(a.from != NULL && strcmp(a.from[0], "cmd") == 0 &&
	    strcmp(a.from[1], "-x") == 0 && strcmp(a.from[3], "--from") == 0,
	    "all after --from belongs to the command");
	ok(a.n_operands == 0 && a.face.verbose && strcmp(t.fields, "--from") == 0,
	    "and none of it is an operand");
	args_free(&a);

	parse(&a, literal);
	ok(a.from == NULL && a.n_operands == 2 && !a.face.quiet &&
	    strcmp(a.operands[0], "--from") == 0,
	    "after -- even --from is an operand");
	args_free(&a);

	t = parse(&a, values);
	ok(strcmp(t.fields, "") == 0 && a.n_operands == 1 &&
	    strcmp(a.operands[0], "-") == 0, "empty values, and - an operand");
	args_free(&a);

	parse(&a, other);
	ok(a.mode == 1, "the mode that an option chooses");
	args_free(&a);
}

int
main(void)
{
	values();
	line();
	return tap_done();
}
