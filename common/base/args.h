/*
 * args: the face all four tools share.
 *
 * A tool describes its options, then loops over args_next() with a switch.
 * -h, -V, the common options of struct face, and --from are handled here:
 *
 *	-h, --help  -V, --version  -q, --quiet  -v, --verbose  -p, --progress
 *	-m, --memory SIZE  -T, --threads N  --stats  --allow-empty
 *
 * The order of options and operands is free; nothing is permuted.  "--" ends
 * the options.  Behind --from all words belong to the upstream command, which
 * stands for the last operand that the tool takes, the input; an
 * option's argument or an operand behind "--" never starts one.
 *
 * Like main(), the functions of this module may exit: with 64 and a message
 * when the command line is wrong, with 0 after -h and -V.
 */
#ifndef BASE_ARGS_H
#define BASE_ARGS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Common options.  What a tool does not take it names in args.without. */
struct face {
	bool quiet;
	bool verbose;
	bool progress;
	bool stats;
	bool allow_empty;	/* see io.h */
	uint64_t memory;	/* bytes; 0: the tool's default */
	unsigned threads;	/* 0: the tool's default */
};

struct args {
	/* set by the tool */
	const char *usage;	/* printed by -h; the first lines of SYNOPSIS */
	const char *shorts;	/* its own short options, as getopt(3) */
	const struct option *longs; /* its own, ended by a zero entry; val is
				     * the short letter or ARGS_LONG and up */
	const char *without;	/* common letters it refuses, e.g. "T"; 'f' for
				 * --from; 'e' for
				 * --allow-empty; NULL: none */
	unsigned min_operands, max_operands;
	/* filled */
	struct face face;
	char **operands;	/* points into argv's strings; n_operands */
	unsigned n_operands;
	char **from;		/* NULL, or the command, NULL-terminated */
	/* private */
	int argc;
	char **argv;
	struct option *all;
	char *letters;
};

enum { ARGS_LONG = 256 };	/* first val for options without a letter */

/* Call once, first, with the fields above "filled" set (io_guard included). */
void args_begin(struct args *a, int argc, char **argv);

/*
 * The next option of the tool's own (its value in optarg), or -1 at the end,
 * when operands and from are set and their number has been checked.
 */
int args_next(struct args *a);

/* Frees what args_begin allocated; argv's strings are the caller's. */
void args_free(struct args *a);

/* Exits with 64: "tool: text" and where to find help; a pipe on standard
 * output is marked broken. */
_Noreturn void args_wrong(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* The same for an option whose value failed below with e: its text, its code;
 * where to find help if that is 64. */
_Noreturn void args_fail(const struct err *e);

/*
 * Pure readers of option values; what stands for the option in the message.
 * Sizes are bytes with K, M, G, T (1024); durations are ms, s, m, h, d and give
 * milliseconds; a bare number is bytes or seconds.  Outside [min, max], or
 * anything but a plain decimal number before the unit: args_wrong().
 */
uint64_t args_size(const char *what, const char *s, uint64_t min, uint64_t max);
uint64_t args_duration(const char *what, const char *s, uint64_t min,
    uint64_t max);
uint64_t args_number(const char *what, const char *s, uint64_t min,
    uint64_t max);

/* Size and duration without the exit: false when s is not one. */
bool args_parse_size(const char *s, uint64_t *bytes);
bool args_parse_duration(const char *s, uint64_t *ms);

#endif
