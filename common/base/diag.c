/* diag: error values and one-line messages. */
#include "base/diag.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/printable.h"

/* Milliseconds that a reader of standard error may take: many for a person's
 * terminal, few for a job that was told to end. */
enum { READER_MS = 5000 };

static const char *program = "mempipe";

const struct exit_meaning exit_meanings[] = {
	{ EXIT_DONE, "all was done, and the output is sealed" },
	{ EXIT_USAGE, "wrong usage: fix the command" },
	{ EXIT_DATA, "bad input data: fix the data" },
	{ EXIT_REMOTE, "the remote side refused: look at it" },
	{ EXIT_INTERNAL, "internal error, or no memory: report it" },
	{ EXIT_EXISTS, "the target exists" },
	{ EXIT_IO, "local input or output error" },
	{ EXIT_TEMP, "temporary failure: run it again" },
	{ EXIT_AUTH, "permission or credentials: fix the access" },
	{ EXIT_UPSTREAM, "the command before did not finish" },
	{ EXIT_PIPE, "the command after went away" },
	{ EXIT_DONE, NULL }
};

/* Appends to e's text from at on; cut silently at its end, as documented. */
static size_t
append(struct err *e, size_t at, const char *fmt, va_list ap)
{
	int n;

	if (at >= sizeof e->text)
		return sizeof e->text - 1;
	n = vsnprintf(e->text + at, sizeof e->text - at, fmt, ap);
	if (n < 0)
		return at;
	at += (size_t)n;
	return at < sizeof e->text ? at : sizeof e->text - 1;
}

int
err_set(struct err *e, enum exit_code code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	e->text[0] = '\0';
	va_start(ap, fmt);
	append(e, 0, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, enum exit_code code, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t at;
	char reason[128];

	e->code = errnum == ENOMEM ? EXIT_INTERNAL : code;
	e->text[0] = '\0';
	va_start(ap, fmt);
	at = append(e, 0, fmt, ap);
	va_end(ap);
	if (strerror_r(errnum, reason, sizeof reason) != 0)
		snprintf(reason, sizeof reason, "error %d", errnum);
	snprintf(e->text + at, sizeof e->text - at, ": %s", reason);
	return -1;
}

int
err_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL,
	    "out of memory (a smaller -m takes less)");
}

int
err_class(struct err *e, enum exit_code code)
{
	if (e->code != EXIT_INTERNAL && e->code != EXIT_TEMP)
		e->code = code;
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	char below[ERR_TEXT];
	va_list ap;
	size_t at;

	memcpy(below, e->text, sizeof below);
	va_start(ap, fmt);
	at = append(e, 0, fmt, ap);
	va_end(ap);
	snprintf(e->text + at, sizeof e->text - at, ": %s", below);
	return -1;
}

void
diag_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	program = slash != NULL ? slash + 1 : name;
}

const char *
diag_program(void)
{
	return program;
}

/* Nowhere to report that a report failed. */
void
diag_write(const char *text, size_t len)
{
	struct pollfd p = { STDERR_FILENO, POLLOUT, 0 };
	sigset_t blocked;

	if (pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0 &&
	    sigismember(&blocked, SIGTERM) == 1 &&
	    poll(&p, 1, READER_MS) == 0)
		return;
	if (write(STDERR_FILENO, text, len) < 0)
		return;
}

bool
diag_terminal(void)
{
	const char *term = getenv("TERM");

	return term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
	    isatty(STDERR_FILENO);
}

/* The text is masked, what clears the line is not. */
void
diag_say(const char *fmt, ...)
{
	const char *clear = diag_terminal() ? "\r\033[K" : "";
	char line[ERR_TEXT + 256];
	size_t at, from = strlen(clear);
	va_list ap;
	int n;

	n = snprintf(line, sizeof line - 1, "%s%s: ", clear, program);
	at = n < 0 ? 0 : (size_t)n;
	if (at < sizeof line - 1) {
		va_start(ap, fmt);
		n = vsnprintf(line + at, sizeof line - 1 - at, fmt, ap);
		va_end(ap);
		if (n > 0)
			at += (size_t)n;
	}
	if (at > sizeof line - 2)
		at = sizeof line - 2;
	printable_mask(line + from, at - from);
	line[at++] = '\n';
	diag_write(line, at);
}

int
diag_report(const struct err *e)
{
	switch (e->code) {
	case EXIT_PIPE:
		return EXIT_PIPE;
	case EXIT_USAGE:
	case EXIT_DATA:
	case EXIT_REMOTE:
	case EXIT_INTERNAL:
	case EXIT_EXISTS:
	case EXIT_IO:
	case EXIT_TEMP:
	case EXIT_AUTH:
	case EXIT_UPSTREAM:
		diag_say("%s", e->text);
		return (int)e->code;
	case EXIT_DONE:
		break;
	}
	diag_say("internal error: something failed and did not say what; "
	    "please report this");
	return EXIT_INTERNAL;
}
