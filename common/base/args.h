/*
 * args: the command line, read by a table of options.
 *
 * A tool describes each of its options in one row: the name, the letter, what
 * the value is called, one line of help, the modes that take the option, and
 * where the value goes.  args_parse() reads the command line by that table, and
 * the synopsis (-h), the help (--help) and the completions for shells
 * (--completion) are printed from it; the tests hold the manual against it.
 *
 * Long names are written out: a shortened one would change its meaning when an
 * option is added.  The order of options and operands is free; "--" ends the
 * options.  All words after --from are a command whose output stands for the
 * last operand that the tool takes, the input; an option's value, or an operand
 * after "--", never starts one.
 *
 * Like main(), the functions of this module may exit: with 64 and a message
 * when the command line is wrong, with 0 after -h and its like.
 */
#ifndef BASE_ARGS_H
#define BASE_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"

/* What the options mean that all tools share. */
struct face {
	bool quiet;
	bool verbose;
	bool progress;
	bool stats;
	bool allow_empty;	/* see io.h */
	uint64_t deadline;	/* ms from the start; 0: none */
	uint64_t memory;	/* bytes; 0: the tool's default */
	unsigned threads;	/* 0: the tool's default */
};

/* What becomes of an option's value; see the macros below. */
enum args_kind { ARGS_CALL, ARGS_READ, ARGS_LATE, ARGS_FLAG, ARGS_TEXT, ARGS_SIZE, ARGS_TIME,
	ARGS_NUMBER, ARGS_WORD, ARGS_DIGIT, ARGS_MODE, ARGS_FROM, ARGS_STATUS,
	ARGS_HELP, ARGS_VERSION, ARGS_COMPLETION };

struct args_option {
	const char *name;	/* long, without its dashes; NULL: none */
	char letter;		/* 0: none */
	const char *argument;	/* what the value is called; NULL: there is
				 * none; "[=x]": it may follow the long name */
	const char *help;	/* one line, without a period */
	unsigned modes;		/* bits of those that take it, or ARGS_ALL */
	enum args_kind kind;
	bool face;		/* at counts from struct face */
	size_t at;		/* place of the value in the tool's struct */
	size_t width;		/* bytes of that place, for numbers and words */
	uint64_t min, max;
	const char *const *words;	/* that the value may be; NULL ends */
	const char *hint;	/* at the end of what is said of a wrong
				 * number; NULL: nothing */
	const char *offers;	/* such words, separated by blanks, where a
				 * function judges the value: completions offer
				 * them; NULL: none */
	void (*take)(void *to, const struct args_option *option, char *value);
};

/* Bits for struct args_option's modes. */
#define ARGS_IN(mode) (1u << (mode))
#define ARGS_ALL (~0u)

/* These macros end a row and say where the value goes: t is the type of the
 * tool's struct, f one of its fields (or a field of a field).  The compiler
 * checks that the field has a type that fits. */
#define ARGS_PLACE(t, f, type) \
	.at = offsetof(t, f) + _Generic(((t *)NULL)->f, type: 0u)
#define ARGS_NUMERIC(t, f) \
	.at = offsetof(t, f), .width = sizeof(((t *)NULL)->f) + \
	_Generic(((t *)NULL)->f, bool: 0u, unsigned: 0u, int: 0u, long: 0u, \
	unsigned long: 0u, long long: 0u, unsigned long long: 0u)
/* a bool, which becomes true */
#define ARGS_TO_FLAG(t, f) .kind = ARGS_FLAG, ARGS_PLACE(t, f, bool)
/* a const char *, the caller's string as it is */
#define ARGS_TO_TEXT(t, f) .kind = ARGS_TEXT, ARGS_PLACE(t, f, const char *)
/* an integer, not below lo nor above hi: bytes, milliseconds, or a number */
#define ARGS_TO_SIZE(t, f, lo, hi) \
	.kind = ARGS_SIZE, ARGS_NUMERIC(t, f), .min = lo, .max = hi
#define ARGS_TO_TIME(t, f, lo, hi) \
	.kind = ARGS_TIME, ARGS_NUMERIC(t, f), .min = lo, .max = hi
#define ARGS_TO_NUMBER(t, f, lo, hi) \
	.kind = ARGS_NUMBER, ARGS_NUMERIC(t, f), .min = lo, .max = hi
/* an int, enum or bool: the place of the value in list, which NULL ends; 0 where
 * none was given */
#define ARGS_TO_WORD(t, f, list) .kind = ARGS_WORD, ARGS_NUMERIC(t, f), \
	.words = list
/* an int: the row has the letter 0 and no name, and stands for -0 to -9 */
#define ARGS_TO_DIGIT(t, f) .kind = ARGS_DIGIT, ARGS_NUMERIC(t, f)
/* args.mode: the option chooses it, and two modes exclude each other */
#define ARGS_TO_MODE(mode) .kind = ARGS_MODE, .min = mode
/* a function; value is NULL where none was given.  It may write to value, which
 * is a word of argv: secrets are wiped there. */
#define ARGS_TO_CALL(function) .kind = ARGS_CALL, .take = function
/* The same, but with "@file", for which it may have to wait, the function is
 * called after all other options are known, the deadline among them. */
#define ARGS_TO_READ(function) .kind = ARGS_READ, .take = function
/* The same for a value that may name a file anywhere in it, and where the order
 * counts: the function is always called after all other options. */
#define ARGS_TO_LATE(function) .kind = ARGS_LATE, .take = function

/* Rows that every tool has, and rows that several have. */
#define ARGS_COMMON \
	{ "completion", 0, "shell", "print completions for a shell", \
	    ARGS_ALL, .kind = ARGS_COMPLETION, .words = args_shells }, \
	{ "help", 'h', NULL, "print the synopsis (-h) or this help (--help)", \
	    ARGS_ALL, .kind = ARGS_HELP }, \
	{ "progress", 'p', NULL, "draw what has gone through", ARGS_ALL, \
	    .face = true, ARGS_TO_FLAG(struct face, progress) }, \
	{ "quiet", 'q', NULL, "say errors only", ARGS_ALL, .face = true, \
	    ARGS_TO_FLAG(struct face, quiet) }, \
	{ "stats", 0, NULL, "write a line of JSON with figures at the end", \
	    ARGS_ALL, .face = true, ARGS_TO_FLAG(struct face, stats) }, \
	{ "verbose", 'v', NULL, "say more of what is done", ARGS_ALL, \
	    .face = true, ARGS_TO_FLAG(struct face, verbose) }, \
	{ "version", 'V', NULL, "print the version", ARGS_ALL, \
	    .kind = ARGS_VERSION }
#define ARGS_MEMORY(modes) \
	{ "memory", 'm', "size", "how much memory may be used", modes, \
	    .face = true, ARGS_TO_SIZE(struct face, memory, \
	    (uint64_t)1 << 20, (uint64_t)1 << 40) }
#define ARGS_DEADLINE(modes) \
	ARGS_DEADLINE_AS("deadline", "give up after this time", modes)
#define ARGS_DEADLINE_AS(name, help, modes) \
	{ name, 0, "time", help, modes, \
	    .face = true, ARGS_TO_TIME(struct face, deadline, 1, \
	    (uint64_t)365 * 24 * 60 * 60 * 1000) }
#define ARGS_THREADS(modes, most) \
	{ "threads", 'T', "threads", "how many threads work", modes, \
	    .face = true, ARGS_TO_NUMBER(struct face, threads, 1, most) }
#define ARGS_EMPTY(modes) \
	{ "allow-empty", 0, NULL, "take a pipe that brings nothing", modes, \
	    .face = true, ARGS_TO_FLAG(struct face, allow_empty) }
#define ARGS_ACCEPT(modes) \
	{ "accept-status", 0, "number", "commands above may end with this " \
	    "status", modes, .kind = ARGS_STATUS }
#define ARGS_UPSTREAM(modes) \
	{ "from", 0, "command ...", "run this command and read its output", \
	    modes, .kind = ARGS_FROM }

/* bash, zsh and fish. */
extern const char *const args_shells[];

/* Statuses that a process can exit with: the eight bits of wait(2). */
enum { ARGS_STATUSES = 256 };

/* One way to call the tool.  The first of a tool's modes needs no option. */
struct args_mode {
	const char *option;	/* the long name that chooses it; NULL: none */
	const char *operands;	/* as the synopsis has them; "" for none */
	unsigned min, max;	/* how many */
	bool brief;		/* the synopsis says [options] */
};

struct args {
	/* set by the tool */
	const char *summary;		/* the manual's one line */
	const struct args_option *options;	/* ended by { 0 } */
	const struct args_mode *modes;	/* n_modes of them, at least one */
	unsigned n_modes;
	void *to;			/* the tool's struct, with its defaults */
	/* filled */
	struct face face;
	unsigned mode;			/* an index of modes */
	char **operands;		/* words of argv; n_operands of them */
	unsigned n_operands;
	char **from;			/* NULL, or the command: NULL-terminated
					 * copies, wiped in argv */
	struct input_how input;		/* what the options say of the input;
					 * the tool adds operand and stop */
	/* private */
	bool *given;			/* for each row */
	struct args_late *late;		/* files of ARGS_READ; n_late */
	unsigned n_late;
	bool accepted[ARGS_STATUSES];
	struct waits waits;		/* of the input, and of the output whose
					 * waits the tool gives it */
	struct pipeline seen;
};

/*
 * Reads the command line: fills to and the fields above, in the order of the
 * words.  Options that the mode does not take and a wrong number of operands
 * are refused.  Makes sure that descriptors 0 to 2 are taken (io_guard), and
 * that no core is dumped (limit_core), and that signals end the process, as the
 * deadline does (stop_alarm, which a tool that has something to undo takes back
 * when it watches for the deadline itself).  Where there is --from but no command,
 * it looks at who writes standard input: later they may have ended.
 *
 * The struct that a points to must not be moved afterwards, because some of
 * the fields that are filled point into it.
 */
void args_parse(struct args *a, int argc, char **argv);

/* Whether an option was on the command line, by its long name. */
bool args_given(const struct args *a, const char *name);

/* Frees what args_parse took; argv's strings are the caller's. */
void args_free(struct args *a);

/* Exits with 64: "tool: text" and where to find help; a pipe on standard
 * output is marked broken. */
_Noreturn void args_wrong(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* The same for an option whose value another module has refused with e: exits
 * with the code of e and writes its text; says where to find help only if the
 * code is 64. */
_Noreturn void args_fail(const struct err *e);

#endif
