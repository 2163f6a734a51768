/*
 * diag: error values, messages, and what an exit code means.
 *
 * A function that can fail takes a struct err as its last argument, fills it
 * and returns -1 (or NULL).  The text goes up unchanged or gets a prefix; it
 * is reported once, by main().  Nothing below main() prints or exits.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* The table of mempipe(7).  Where sysexits(3) has a number for a meaning, it is
 * that number. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_USAGE = 64,	/* wrong usage: fix the command */
	EXIT_DATA = 65,		/* bad input data: fix the data */
	EXIT_REMOTE = 69,	/* the remote side refused, or makes no sense */
	EXIT_INTERNAL = 70,	/* internal error: report it */
	EXIT_EXISTS = 73,	/* target exists (conditional write) */
	EXIT_IO = 74,		/* local input or output error */
	EXIT_TEMP = 75,		/* temporary failure: run it again */
	EXIT_AUTH = 77,		/* permission or credentials */
	EXIT_UPSTREAM = 79,	/* the command before did not finish */
	EXIT_PIPE = 141		/* downstream went away; never reported */
};

/* The same table in words, as --help prints it; a row whose text is NULL ends
 * it. */
struct exit_meaning {
	enum exit_code code;
	const char *text;
};
extern const struct exit_meaning exit_meanings[];

/* Bytes of a text, its NUL included; a longer text is cut.  A message has a
 * place (256 bytes, see json/scan_error.c), a name of a file or the host and
 * path of a URL, and an answer's reason: with half as many the reason, which
 * comes last, would often be lost.  A struct err stands on stacks and in jobs,
 * so it should not be many times that either. */
enum { ERR_TEXT = 768 };

/* One failure.  Plain data: copy it, keep it in a job, hand it to a thread. */
struct err {
	enum exit_code code;
	char text[ERR_TEXT];	/* "what failed 'object': why", lower case */
};

/* No failure yet.  Each variable of the type is initialised with it, which
 * t/0001-layers.t checks, and a structure that holds a struct err begins
 * zeroed.  So where somebody forgot to fill in a failure, the report says just
 * that, and never shows what happened to be on the stack. */
#define ERR_NONE { EXIT_DONE, "" }

/* Fills e and returns -1, so that `return err_set(…)` reads well. */
int err_set(struct err *e, enum exit_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, followed by ": " and strerror(errnum).  Where errnum is ENOMEM
 * the code is EXIT_INTERNAL, whatever was given. */
int err_sys(struct err *e, enum exit_code code, int errnum,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Fills e with "out of memory", what helps against it, and EXIT_INTERNAL;
 * returns -1. */
int err_memory(struct err *e);

/* Gives the failure another code, unless it is EXIT_INTERNAL or EXIT_TEMP: a
 * lack of memory, or a signal, stays what it is, whatever the caller could not
 * get because of it.  Returns -1. */
int err_class(struct err *e, enum exit_code code);

/* Puts context in front of a text that came from below; returns -1. */
int err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Sets the program's name for messages.  main() calls it before anything else;
 * the string must stay until the process ends (argv[0] or a literal).  It is
 * the only global state of the suite.
 */
void diag_name(const char *program);
const char *diag_program(void);

/*
 * Writes "program: text\n" to standard error with one write(2), so that the
 * stages of a pipeline do not mix their lines; on a terminal the line is
 * cleared before, on which any of them may have drawn its progress.  Each byte
 * that is not printable (base/printable.h) becomes '?'.  Any thread may call
 * it.
 */
void diag_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Whether standard error is a terminal that can clear a line: one of TERM=dumb,
 * or of no TERM, cannot. */
bool diag_terminal(void);

/* Writes to standard error as it is, for lines that are more than a message.
 * Where SIGTERM is blocked, because somebody watches for it (base/stop.h), no
 * write waits for a reader longer than 5 s; then the text is lost. */
void diag_write(const char *text, size_t len);

/* Writes the text of e by diag_say, unless its code is EXIT_PIPE.  Returns the
 * code for exit(3), which is one of the table but never EXIT_DONE: an e that
 * nobody filled counts as EXIT_INTERNAL. */
int diag_report(const struct err *e);

#endif
