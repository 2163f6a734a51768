/*
 * hash_queue: parts in a row, from the thread that read them to the one that
 * sends them, hashed on the way by threads of this module.
 *
 * They come out in the order in which they went in.
 */
#ifndef S3_HASH_QUEUE_H
#define S3_HASH_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/part_buffers.h"

enum parts_event {
	PARTS_NONE,		/* nothing yet: poll the descriptor */
	PARTS_PART,		/* a part; all but the last are of full size */
	PARTS_END,		/* no more: the input was read to its complete
				 * end (input_read) */
	PARTS_FAILED		/* no more: e says why */
};

struct hash_queue;

/* Starts the threads; NULL with e (70) when that fails. */
struct hash_queue *hash_queue_start(enum checksum kind, struct err *e);

/* The reader's: a full part; the end, END or FAILED with e; whether it waits
 * for parts to come back, so that none may be held back in the line. */
void hash_queue_put(struct hash_queue *l, struct part *part);
void hash_queue_end(struct hash_queue *l, enum parts_event last,
    const struct err *e);
void hash_queue_hurry(struct hash_queue *l, bool hurry);

/* The sender's: a descriptor that is readable while hash_queue_next gives an
 * event; the next event, at once (a failure overtakes parts, and the last is
 * given again and again); one part less is being sent. */
int hash_queue_fd(const struct hash_queue *l);
enum parts_event hash_queue_next(struct hash_queue *l, struct part **part,
    struct err *e);
void hash_queue_sent(struct hash_queue *l);

/* The CRC of all parts that came out, in a row. */
uint64_t hash_queue_crc(struct hash_queue *l);

/* Ends the threads, as soon as they have finished a slice.  The parts that are
 * still in the line go back to their store. */
void hash_queue_free(struct hash_queue *l, struct part_buffers *store);

#endif
