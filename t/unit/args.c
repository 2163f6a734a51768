/* args: sizes, durations, and where options end. */
#include "base/args.h"

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

static void
line(void)
{
	static const struct option longs[] = {
		{ "fields", required_argument, NULL, 'f' },
		{ "crlf", no_argument, NULL, ARGS_LONG },
		{ NULL, 0, NULL, 0 }
	};
	char *argv[] = { "tool", "a", "-f", "--from", "--crlf", "-qm2M", "b",
		"--from", "cmd", "-x", "--", "--from", NULL };
	char *literal[] = { "tool", "--", "--from", "-q", NULL };
	struct args a = { .usage = "", .shorts = "f:", .longs = longs,
		.max_operands = 2 };
	const char *fields = NULL;
	int c, crlf = 0;

	args_begin(&a, 7, argv);
	while ((c = args_next(&a)) != -1) {
		if (c == 'f')
			fields = optarg;
		else if (c == ARGS_LONG)
			crlf++;
	}
	ok(fields != NULL && strcmp(fields, "--from") == 0,
	    "an option's value is never taken for --from");
	ok(crlf == 1 && a.face.quiet && a.face.memory == 2 << 20,
	    "own and common options side by side");
	ok(a.n_operands == 2 && strcmp(a.operands[1], "b") == 0,
	    "operands between options");
	ok(a.from == NULL, "no upstream command");
	args_free(&a);

	args_begin(&a, 12, argv + 0);
	argv[6] = "-v";
	argv[1] = "-v";
	while (args_next(&a) != -1)
		;
	ok(a.from != NULL && strcmp(a.from[0], "cmd") == 0 &&
	    strcmp(a.from[1], "-x") == 0 && strcmp(a.from[3], "--from") == 0,
	    "all behind --from belongs to the command");
	ok(a.n_operands == 0, "and none of it is an operand");
	args_free(&a);

	args_begin(&a, 4, literal);
	while (args_next(&a) != -1)
		;
	ok(a.from == NULL && a.n_operands == 2 && !a.face.quiet &&
	    strcmp(a.operands[0], "--from") == 0,
	    "behind -- even --from is an operand");
	args_free(&a);
}

int
main(void)
{
	values();
	line();
	return tap_done();
}
