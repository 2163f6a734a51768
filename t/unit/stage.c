/*
 * stage: a filter made of base/ alone, for the tests of seal, io and upstream.
 *
 *	stage copy [--from command…]	input to output
 *	stage copy-require		refuses an unsealed input
 *	stage copy-verbose		says what is known of the stages above
 *	stage fail [code]		copies, then fails with 65 or code
 *	stage hang			copies, says "ready" on stderr, waits
 *	stage state			prints the state of its stdin at the end
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

static int
copy(struct input *in, struct output *out, struct err *e)
{
	static char buf[IO_CHUNK];
	ssize_t n;

	while ((n = input_read(in, buf, sizeof buf, e)) > 0)
		if (output_write(out, buf, (size_t)n, e) != 0)
			return -1;
	return n == 0 ? 0 : -1;
}

static int
state(void)
{
	static const char *const names[] = { "unknown", "open", "sealed",
		"left", "temporary", "broken" };
	char buf[4096];

	while (read(STDIN_FILENO, buf, sizeof buf) > 0)
		;
	puts(names[seal_read(STDIN_FILENO)]);
	return fflush(stdout) == 0 ? 0 : EXIT_IO;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	char **from = argc > 3 && strcmp(argv[2], "--from") == 0 ? argv + 3 :
	    NULL;
	struct input_how how = { .stop = -1 };
	struct output out;
	struct input in;
	struct err e = ERR_NONE;
	int code;

	diag_name("stage");
	io_guard();
	if (strcmp(what, "state") == 0)
		return state();
	how.from = from;
	how.require_seal = strcmp(what, "copy-require") == 0;
	how.verbose = strcmp(what, "copy-verbose") == 0;
	if (output_open(&out, -1, &e) != 0 || input_open(&in, &how, &e) != 0)
		return diag_report(&e);
	if (copy(&in, &out, &e) == 0) {
		if (strcmp(what, "hang") == 0) {
			diag_say("ready");
			pause();
		}
		if (strcmp(what, "fail") == 0)
			err_set(&e, argc > 2 ?
			    (enum exit_code)atoi(argv[2]) : EXIT_DATA,
			    "failed on purpose");
		else if (output_finish(&out, &e) == 0)
			return EXIT_DONE;
	}
	output_fail(&out, e.code);
	code = diag_report(&e);
	input_close(&in);
	return code;
}
