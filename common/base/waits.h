/*
 * waits: for what a tool waits, and how long it has waited: for the stage
 * before it, or for the one after it.
 *
 * One thread marks the waits of one input and one output, which never overlap;
 * any other may read them at the same time.  Nothing is counted, and no clock is
 * asked, until waits_count; a zeroed struct is fine.
 */
#ifndef BASE_WAITS_H
#define BASE_WAITS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum waits_for { WAITS_FOR_NOTHING, WAITS_FOR_INPUT, WAITS_FOR_OUTPUT };

struct waits {
	bool on;
	atomic_int what;	/* one of the enum */
	atomic_int_fast64_t since;	/* monotonic, ms */
	atomic_int_fast64_t input, output;	/* ms, of those that are over */
	atomic_int held;	/* the first input, if it is a pipe, plus one; or
				 * 0.  It is held as neither reader nor writer
				 * (O_PATH) and belongs to the struct */
	atomic_uint_fast64_t size;	/* bytes of the input, if it is a file and
					 * the only one; 0: unknown */
	atomic_uint taken;	/* inputs so far */
};

/* From here on waits are counted.  No other thread may use it yet. */
void waits_count(struct waits *w);

/* w may be NULL in both. */
void waits_begin(struct waits *w, enum waits_for what);
void waits_end(struct waits *w);

/* An input has been opened, and stays the caller's.  w may be NULL. */
void waits_take(struct waits *w, int fd);

/* Gives up what is held. */
void waits_close(struct waits *w);

/* Milliseconds in all, with the wait that is under way. */
int64_t waits_input(const struct waits *w);
int64_t waits_output(const struct waits *w);

#endif
