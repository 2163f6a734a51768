/*
 * parts: the input cut into the parts of an upload, by threads of its own.
 *
 * One thread reads into windows (part_buffers) and computes the CRC of what it
 * reads; where SHA-256 is wanted, too, others hash the windows that are full
 * (hash_queue).  The owner takes parts when it has a connection free, and gives
 * them back when S3 has acknowledged them.  Windows are bounded in number and in
 * bytes, so the reader waits when the network is slower than the input.
 */
#ifndef S3_PARTS_H
#define S3_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "aws/checksum.h"
#include "s3/hash_queue.h"
#include "s3/part_plan.h"
#include "s3/part_buffers.h"

struct parts;

struct parts_config {
	struct part_plan plan;
	unsigned windows;	/* parts that exist at a time, >= 1; not more
				 * bytes than the plan's budget either */
	enum checksum kind;	/* if it is a CRC, each part has it */
	bool hashed;		/* each part has its SHA-256 */
};

/*
 * Starts the threads.  in and meter (whose "in" it counts) stay the caller's
 * and must live until parts_stop; the reader alone reads in.
 */
struct parts *parts_start(struct input *in, const struct parts_config *config,
    struct meter *meter, struct err *e);

/* Readable while parts_next would give an event. */
int parts_fd(const struct parts *p);

/* The next event; never blocks.  A part is the caller's until parts_return.
 * A failure overtakes parts.  The last event is given again and again. */
enum parts_event parts_next(struct parts *p, struct part **part,
    struct err *e);
void parts_return(struct parts *p, struct part *part);

/* After PARTS_END: the proof that all parts together are a complete input; NULL
 * before, or after a failure. */
const struct complete_input *parts_complete(struct parts *p);

/* After PARTS_END: the CRC of the whole input, from the parts in the order in
 * which they were read. */
uint64_t parts_crc(struct parts *p);

/*
 * Stops the threads wherever they are and frees all; every part must have been
 * returned.  False: the reader hangs in a read that poll(2) said would not
 * block; then nothing was freed, and the caller ends the process.
 */
bool parts_stop(struct parts *p);

#endif
