/*
 * hash_queue: parts on their way from the thread that reads them to the one that
 * sends them; where their SHA-256 is wanted, threads of this module hash them.
 *
 * They come out in the order in which they went in.
 */
#ifndef S3_HASH_QUEUE_H
#define S3_HASH_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "aws/checksum.h"
#include "s3/part_buffers.h"

enum parts_event {
	PARTS_NONE,		/* nothing yet: poll the descriptor */
	PARTS_PART,		/* a part; all but the last are of full size */
	PARTS_END,		/* no more: the input was read to its complete
				 * end (input_read) */
	PARTS_FAILED		/* no more: e says why */
};

struct hash_queue;

/* Starts the threads, if parts are to be hashed; kind is that of their CRCs.
 * NULL with e (70) when that fails. */
struct hash_queue *hash_queue_start(enum checksum kind, bool hashed,
    struct err *e);

/* The reader's: a full part, with its CRC, comes after the others. */
void hash_queue_put(struct hash_queue *q, struct part *part);

/* The reader's: no more parts come.  Either the input was read to its complete
 * end, of which complete is the proof, or that is NULL, and e says what failed.
 * After a failure nothing else counts. */
void hash_queue_end(struct hash_queue *q,
    const struct complete_input *complete, const struct err *e);

/* The sender's: a descriptor that is readable while hash_queue_next gives an
 * event. */
int hash_queue_fd(const struct hash_queue *q);

/* The sender's: the next event, at once.  A failure overtakes parts, and the
 * last event is given again and again. */
enum parts_event hash_queue_next(struct hash_queue *q, struct part **part,
    struct err *e);

/* After PARTS_END: the proof that the reader gave; before, or after a failure,
 * NULL. */
const struct complete_input *hash_queue_complete(struct hash_queue *q);

/* The CRC of all parts that came out, one after the other. */
uint64_t hash_queue_crc(struct hash_queue *q);

/* Ends the threads, as soon as they have finished a slice.  The parts that are
 * still here go back to their buffers. */
void hash_queue_free(struct hash_queue *q, struct part_buffers *buffers);

#endif
