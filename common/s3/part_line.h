/*
 * part_line: parts in a row, from the thread that read them to the one that
 * sends them, hashed on the way by threads of this module.
 *
 * They come out in the order in which they went in.
 */
#ifndef S3_PART_LINE_H
#define S3_PART_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/part_store.h"

enum parts_event {
	PARTS_NONE,		/* nothing yet: poll the descriptor */
	PARTS_PART,		/* a part; all but the last are of full size */
	PARTS_END,		/* no more: the input was read to its complete
				 * end (input_read) */
	PARTS_FAILED		/* no more: e says why */
};

struct part_line;

/* Starts the threads; NULL with e (70) when that fails. */
struct part_line *part_line_start(enum checksum kind, struct err *e);

/* The reader's: a full part; the end, END or FAILED with e; whether it waits
 * for parts to come back, so that none may be held back in the line. */
void part_line_put(struct part_line *l, struct part *part);
void part_line_end(struct part_line *l, enum parts_event last,
    const struct err *e);
void part_line_hurry(struct part_line *l, bool hurry);

/* The sender's: a descriptor that is readable while part_line_next gives an
 * event; the next event, at once (a failure overtakes parts, and the last is
 * given again and again); one part less is being sent. */
int part_line_fd(const struct part_line *l);
enum parts_event part_line_next(struct part_line *l, struct part **part,
    struct err *e);
void part_line_sent(struct part_line *l);

/* The CRC of all parts that came out, in a row. */
uint64_t part_line_crc(struct part_line *l);

/* Ends the threads, as soon as they have finished a slice.  The parts that are
 * still in the line go back to their store. */
void part_line_free(struct part_line *l, struct part_store *store);

#endif
