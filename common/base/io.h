/*
 * io: input that ends only when it is complete, output that is sealed only
 * when it is correct.  One thread uses an input or output at a time.
 *
 * An input and an output have a stop descriptor each (base/stop.h), or -1.
 * While it is readable, a call that would have to wait fails with 75 instead,
 * and so does the next read or write.
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
#include "base/waits.h"

/* Bytes of one read or write.  It fits a core's second cache, and at 3 GB/s is
 * through in less than 0.1 ms; with fewer than 64 KiB
 * system calls would count, and a MiB is more than many second caches hold. */
enum { IO_CHUNK = 256 * 1024 };

/*
 * Makes sure that descriptors 0 to 2 are taken, so that no socket or pipe can
 * become standard output.  One that is closed is opened on /dev/null in the
 * wrong direction (standard input for writing, the others for reading), so that
 * using it fails.  args_parse calls this before anything else is opened.
 */
void io_guard(void);

/* How an input is taken.  Its strings and arrays must outlive the input. */
struct input_how {
	const char *operand;	/* a file; NULL or "-": standard input */
	char *const *from;	/* a command instead, which NULL ends; or NULL */
	int stop;
	bool require_seal;	/* the end counts only if the pipe is sealed, or
				 * it is known how all its writers ended */
	bool allow_empty;	/* an unknown pipe may bring no byte at all */
	bool verbose;		/* say what is known of the stages above */
	const bool *accepted;	/* exit statuses of commands that are no
				 * failure, 256 of them; NULL: 0 alone */
	const char *loss;	/* what a failed stage means for the user, at
				 * the end of the message, such as "nothing is
				 * stored"; or NULL */
	struct pipeline *seen;	/* what has been found above standard input;
				 * input_open takes it over; or NULL */
	struct waits *waits;	/* where the waits are counted; or NULL */
};

struct input {
	int fd;
	int stop;		/* from how; may be changed between two calls */
	struct input_how how;
	const char *name;	/* for messages: a file's name or "stdin" */
	bool ended;		/* input_read has given the complete end */
	uint64_t bytes;		/* read so far */
	/* Called with all bytes that input_read gives, and then with len 0 for
	 * the complete end.  If it returns -1, that read fails with its e.
	 * NULL: none. */
	int (*tap)(void *ctx, const void *data, size_t len, struct err *e);
	void *tap_ctx;
	struct upstream from;
	struct pipeline above;
};

/*
 * Opens the file, or starts the command; where there is a command, there must
 * be no operand.  A pipe is enlarged to 1 MiB where the system allows it.  On a
 * named FIFO it waits for a writer.  -1 with 74, or 79 when the command cannot
 * be run.
 */
int input_open(struct input *in, const struct input_how *how, struct err *e);

/*
 * Reads up to len bytes (len > 0).  Gives their number, 0 at the *complete*
 * end, or -1 with e:
 *
 *	74	the read failed
 *	79	the writer left the pipe open or broken; a stage above failed
 *		(pipeline.h); require_seal is set and not all is known; or the
 *		pipe is unknown and brought nothing: a writer that could not be
 *		started, or died before it could mark its pipe, looks like that
 *	75	the same as 79, where a retry may help
 *	other	the command of how.from failed with that code (upstream.h)
 *
 * Interrupted system calls are repeated.
 */
ssize_t input_read(struct input *in, void *buf, size_t len, struct err *e);

/*
 * The promise: an object is published only from an input that was read to its
 * complete end.  A struct complete_input is the proof of that for one input.
 * Only input_complete gives one, and what publishes (s3/publish.h), or leaves a
 * receipt of what is to be published (s3/receipt.h), takes one as an argument.
 */
struct complete_input;

/* The proof, valid as long as in; NULL: its complete end has not been read. */
const struct complete_input *input_complete(const struct input *in);

/* The bytes of the whole input. */
uint64_t complete_input_bytes(const struct complete_input *complete);

/* Whether input_read would give something, or fail, without waiting. */
bool input_pending(const struct input *in);

/* Closes the input.  A command of how.from that still runs is ended: by
 * SIGTERM, and by SIGKILL after two seconds, or as soon as the stop descriptor
 * is readable.  May be called again. */
void input_close(struct input *in);

struct output {
	int fd;
	int stop;
	const char *name;
	uint64_t bytes;		/* written so far */
	struct waits *waits;	/* where they are counted; NULL: nowhere, which
				 * output_open sets */
};

/*
 * Takes standard output: marks the pipe as open (seal.h) and enlarges it.  From
 * then on SIGPIPE and SIGXFSZ (RLIMIT_FSIZE) are ignored, so that a write fails
 * with an error instead; commands that are started get the defaults back.
 */
int output_open(struct output *out, int stop, struct err *e);

/* Writes all of it, or fails: code 141 (downstream went away) or 74. */
int output_write(struct output *out, const void *buf, size_t len,
    struct err *e);

/* Call it as the very last act before exit 0: a file is closed and the result
 * of that checked, a pipe is sealed. */
int output_finish(struct output *out, struct err *e);

/* Call it after a failure with this code: the pipe gets the mark that the code
 * stands for (seal_of_exit). */
void output_fail(struct output *out, enum exit_code code);

/* Reads a whole small file (a key, a list) of at most limit bytes into a fresh
 * NUL-terminated buffer for the caller to free; 74 when it cannot be read, 65
 * when it is larger.  *len may be NULL. */
char *io_slurp(const char *path, size_t limit, size_t *len, struct err *e);

/* The same; fails with 75 as soon as the stop descriptor is readable. */
char *io_slurp_until(const char *path, size_t limit, size_t *len, int stop,
    struct err *e);

#endif
