/*
 * diag and meter: texts that are cut, not overrun; lines nobody can forge.
 * The messages themselves go to standard error, which is a pipe here.
 */
#include "base/diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/meter.h"
#include "tap.h"

/* What f(arg) writes to standard error. */
static const char *
said(void (*f)(void *), void *arg)
{
	static char text[4096];
	int p[2], keep = dup(STDERR_FILENO);
	ssize_t n;

	if (pipe(p) != 0 || keep < 0)
		abort();
	dup2(p[1], STDERR_FILENO);
	f(arg);
	dup2(keep, STDERR_FILENO);
	close(keep);
	close(p[1]);
	n = read(p[0], text, sizeof text - 1);
	close(p[0]);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
say(void *text)
{
	diag_say("%s", (const char *)text);
}

static void
report(void *e)
{
	diag_report(e);
}

static void
errors(void)
{
	char big[2000];
	struct err e = ERR_NONE;

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	ok(err_set(&e, EXIT_DATA, "record %d", 7) == -1 &&
	    e.code == EXIT_DATA && strcmp(e.text, "record 7") == 0, "err_set");
	ok(err_prefix(&e, "cannot read '%s'", "a") == -1 &&
	    strcmp(e.text, "cannot read 'a': record 7") == 0 &&
	    e.code == EXIT_DATA, "err_prefix keeps the code");
	err_sys(&e, EXIT_IO, ENOENT, "cannot open '%s'", "b");
	ok(strcmp(e.text, "cannot open 'b': No such file or directory") == 0,
	    "err_sys");
	err_sys(&e, EXIT_IO, ENOMEM, "cannot open '%s'", "b");
	ok(e.code == EXIT_INTERNAL, "no memory is no input or output error");
	ok(err_memory(&e) == -1 && e.code == EXIT_INTERNAL &&
	    strstr(e.text, "-m") != NULL, "err_memory");
	ok(err_class(&e, EXIT_DATA) == -1 && e.code == EXIT_INTERNAL,
	    "no memory stays that");
	err_set(&e, EXIT_IO, "why");
	ok(err_class(&e, EXIT_DATA) == -1 && e.code == EXIT_DATA, "err_class");
	err_set(&e, EXIT_DATA, "%s", big);
	ok(strlen(e.text) == ERR_TEXT - 1, "a text that is too long is cut");
	err_prefix(&e, "%s", big);
	ok(strlen(e.text) == ERR_TEXT - 1, "a prefix that is too long, too");
	err_sys(&e, EXIT_IO, ENOENT, "%s", big);
	ok(strlen(e.text) == ERR_TEXT - 1, "and a reason");
}

static void
messages(void)
{
	char big[5000];
	const char *text;
	struct err e = ERR_NONE;

	diag_name("/usr/bin/tool");
	ok(strcmp(said(say, "all is well"), "tool: all is well\n") == 0,
	    "a message is one line");
	ok(strcmp(said(say, "a\nb\r\033[2Jc\x7f \xc2\x9b"), "tool: a?b??[2Jc? ??\n")
	    == 0, "control bytes are masked");
	ok(strcmp(said(say, "\xe6\x97\xa5\xc2\xa0"), "tool: \xe6\x97\xa5\xc2\xa0\n")
	    == 0, "other UTF-8 is not");
	memset(big, 'y', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	text = said(say, big);
	ok(strlen(text) > 500 && text[strlen(text) - 1] == '\n',
	    "a long message still ends its line");
	err_set(&e, EXIT_PIPE, "gone");
	ok(strcmp(said(report, &e), "") == 0, "downstream gone is not reported");
	err_set(&e, EXIT_UPSTREAM, "died");
	ok(strcmp(said(report, &e), "tool: died\n") == 0 &&
	    diag_report(&(struct err){ .code = EXIT_PIPE }) == 141,
	    "all else is");
}

/* What was forgotten, or overwritten, is a failure nevertheless. */
static void
forgotten(void)
{
	struct err none = ERR_NONE, odd = { .code = (enum exit_code)0xa5a5a500,
		.text = "\xa5" };

	ok(diag_report(&none) == EXIT_INTERNAL &&
	    strstr(said(report, &none), "internal error: ") != NULL,
	    "an error that nobody filled is an internal one");
	ok(diag_report(&odd) == EXIT_INTERNAL &&
	    strchr(said(report, &odd), '\xa5') == NULL,
	    "and so is one whose code is none");
}

static void
end(void *m)
{
	meter_end(m, EXIT_DONE);
}

static void
stats(void)
{
	struct waits waits = { 0 };
	struct meter m;
	const char *text;

	meter_begin(&m, &(struct face){ .stats = true }, &waits, "records", 0);
	m.in += 5;
	m.out += 7;
	m.records += 2;
	meter_extra(&m, "retries", 3);
	text = said(end, &m);
	ok(strncmp(text, "{\"tool\":\"tool\",\"ok\":true,\"in\":5,\"out\":7,"
	    "\"records\":2,\"retries\":3,\"seconds\":", 72) == 0, "--stats");
	ok(meter_peak_rss() > 100000, "a peak of memory is known");
	meter_begin(&m, &(struct face){ 0 }, &waits, NULL, 0);
	ok(strcmp(said(end, &m), "") == 0, "nothing where nothing was asked");
}

int
main(void)
{
	errors();
	messages();
	forgotten();
	stats();
	return tap_done();
}
