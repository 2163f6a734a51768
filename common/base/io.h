/*
 * io: input that ends only when it is complete, output that is sealed only
 * when it is correct.  One thread uses an input or output at a time.
 *
 * Each has a stop descriptor (base/stop.h), or -1: while it is readable, what
 * would wait fails with 75 instead, and so does the next read or write.
 */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/pipeline.h"
#include "base/seal.h"
#include "base/upstream.h"

enum { IO_CHUNK = 256 * 1024 };	/* a good size for one read or write */

/*
 * Makes sure that descriptors 0 to 2 are taken, so that no socket or pipe can
 * become standard output: a missing one is opened on /dev/null the wrong way
 * round, and using it fails.  args_begin calls it, before anything is opened.
 */
void io_guard(void);

/* How an input is taken.  Its strings and arrays must outlive the input. */
struct input_how {
	const char *operand;	/* a file; NULL or "-": standard input */
	char *const *from;	/* a command instead, which NULL ends; or NULL */
	int stop;
	bool require_seal;	/* the end counts only if it is sealed, or all
				 * is known of those who wrote it */
	bool allow_empty;	/* an unknown pipe may have nothing in it */
	bool verbose;		/* say what is known of the stages above */
	const bool *accepted;	/* exit statuses of commands that are no
				 * failure, 256 of them; NULL: 0 alone */
	const char *loss;	/* what follows if a stage failed, for the
				 * message: "nothing is stored"; or NULL */
	struct pipeline *seen;	/* what has been seen above standard input, to
				 * be taken over; or NULL */
};

struct input {
	int fd;
	int stop;		/* how's; may be changed while nothing is read */
	struct input_how how;
	const char *name;	/* for messages: a file's name or "stdin" */
	bool ended;		/* a complete end was seen */
	uint64_t bytes;		/* read so far */
	/* Sees all that input_read gives, and then the complete end (len 0); -1
	 * fails that read.  NULL: none. */
	int (*tap)(void *ctx, const void *data, size_t len, struct err *e);
	void *tap_ctx;
	struct upstream from;
	struct pipeline above;
};

/*
 * Opens the file, or starts the command (then there must be no operand).  Pipes
 * are widened to 1 MiB where allowed.  A named FIFO is waited for until it has
 * a writer.  Fails with 74, or 79 for the command.
 */
int input_open(struct input *in, const struct input_how *how, struct err *e);

/*
 * Reads up to len bytes (len > 0): > 0 the number, 0 the *complete* end, -1 an
 * error: 74 for read errors; 79 when the writer left the pipe open or broken, a
 * stage above failed (pipeline.h), or what is required is not known (see
 * require_seal), and 75 where a retry may help; the code of from (upstream.h) if
 * that is not 0.  A pipe
 * that is unknown and brought nothing is 79, too: a writer that could not be
 * started, or died before it could mark its pipe, looks like that.  Interrupted
 * calls are repeated.
 */
ssize_t input_read(struct input *in, void *buf, size_t len, struct err *e);

/* Whether input_read would give something, or fail, without waiting. */
bool input_pending(const struct input *in);

/* As input_read, until buf is full or the complete end comes. */
ssize_t input_fill(struct input *in, void *buf, size_t len, struct err *e);

/* Closes; an upstream command that is still running is stopped (its two
 * seconds of grace end with the stop descriptor).  Idempotent. */
void input_close(struct input *in);

struct output {
	int fd;
	int stop;
	const char *name;
	uint64_t bytes;		/* written so far */
};

/*
 * Takes standard output: marks the pipe open and widens it.  SIGPIPE and
 * SIGXFSZ (RLIMIT_FSIZE) are ignored from here on; children get the default
 * back.
 */
int output_open(struct output *out, int stop, struct err *e);

/* Writes all of it, or fails: code 141 (downstream went away) or 74. */
int output_write(struct output *out, const void *buf, size_t len,
    struct err *e);

/* The very last act before exit 0: a file is closed and the result checked, a
 * pipe is sealed. */
int output_finish(struct output *out, struct err *e);

/* On failure with this code: the pipe is marked broken, in its way. */
void output_fail(struct output *out, enum exit_code code);

/* Reads a whole small file (a key, a list) of at most limit bytes into a fresh
 * NUL-terminated buffer for the caller to free; 74 when it cannot be read, 65
 * when it is larger.  *len may be NULL. */
char *io_slurp(const char *path, size_t limit, size_t *len, struct err *e);

/* The same, until the stop descriptor says no: 75. */
char *io_slurp_until(const char *path, size_t limit, size_t *len, int stop,
    struct err *e);

#endif
