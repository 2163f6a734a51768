/*
 * part_buffers: the memory of an upload: a pool of parts, each a window of the
 * plan's size, bounded in number and in bytes, used again and again.
 *
 * One thread gets parts; any may return them.
 */
#ifndef S3_PART_BUFFERS_H
#define S3_PART_BUFFERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/window.h"
#include "base/hash.h"
#include "s3/part_plan.h"

struct part {
	unsigned number;		/* from 1 */
	struct window window;		/* its bytes */
	uint64_t crc;			/* if the kind is a CRC */
	bool hashed;			/* its SHA-256 is there: */
	uint8_t sha256[SHA256_SIZE];
	int stage;			/* hash_queue's */
	struct part *next;		/* of the module that has it */
};

struct part_buffers;

/* At most most (>= 1) parts at a time, and not more bytes than the plan's
 * budget.  NULL with e (70) without memory. */
struct part_buffers *part_buffers_new(const struct part_plan *plan, unsigned most,
    struct err *e);

/* Every part must have been returned. */
void part_buffers_free(struct part_buffers *b);

/*
 * An empty part of that number, without digests, at once or, when wait is true,
 * as soon as one has been returned.  NULL: there is none; having waited, with e,
 * for lack of memory or because part_buffers_stop was called (then e is left
 * alone).
 */
struct part *part_buffers_get(struct part_buffers *b, unsigned number, bool wait,
    struct err *e);
void part_buffers_return(struct part_buffers *b, struct part *part);

/* Ends part_buffers_get's waiting, for good. */
void part_buffers_stop(struct part_buffers *b);

#endif
