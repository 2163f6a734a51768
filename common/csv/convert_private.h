/* convert_private: the state of a conversion, which the files of convert share. */
#ifndef CSV_CONVERT_PRIVATE_H
#define CSV_CONVERT_PRIVATE_H

#include "csv/block_reader.h"
#include "csv/boundary.h"
#include "csv/budget.h"
#include "csv/convert.h"
#include "csv/jobs.h"

struct converter {
	const struct conversion *o;
	struct budget budget;
	struct scan_policy policy;
	struct block_reader reader;
	struct projection projection;
	struct scan scan;
	uint32_t *field_leaf;	/* for each field */
	uint32_t *where_leaf;	/* for each condition */
	struct table table;
	struct rows_hint hint;
	struct jobs jobs;	/* started when the table is set */
	bool started;
	struct job *job;	/* its batch is what the scan fills */
	struct queue held;	/* jobs, while the columns are learnt */
	size_t held_bytes;	/* that their batches use */
	bool skipping;		/* within a line that is skipped */
	uint64_t skipped;	/* lines */
	char left[SCAN_TAIL];	/* what the scan has still to walk */
	size_t n_left;
	/* speculation */
	struct boundary boundary;
	bool aligned;		/* the next block seems to begin at one */
	uint64_t joined;	/* slices whose guess was right */
	unsigned doubt;		/* so many blocks are still not guessed at */
	unsigned doubts;	/* and so many were after the last wrong guess */
};

/* The batch is full, or while the columns are learnt a record has ended: 0, or
 * -1 with e. */
int convert_fill(struct converter *c, struct err *e);

/* May the line with this error be skipped? */
bool convert_pardon(struct converter *c, const struct err *e);

/* Walks a block with the driver's scan, after what was left over: 0, or -1 with
 * e. */
int convert_walk(struct converter *c, struct block *b, struct err *e);

#endif
