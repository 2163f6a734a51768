/*
 * unwind: a batch with elements of what is unwound, put in order.
 *
 * The values of a record stand in a batch as they stood in the input: a member
 * after the unwound one comes after the elements, but is needed in the row
 * of each.  Arranged, a record's own values come first, then those of its
 * elements, each after BATCH_ELEMENT; there is no BATCH_PART or BATCH_NONE
 * left.
 */
#ifndef CSV_UNWIND_H
#define CSV_UNWIND_H

#include "json/batch.h"

/* What it needs of its own: no more than the largest record's own values. */
struct unwind {
	struct buffer text, leaves;
};

/* An empty one without an allocation; limit as of the batches. */
void unwind_init(struct unwind *u, size_t limit);
void unwind_free(struct unwind *u);	/* a zeroed or freed one is fine */
void unwind_trim(struct unwind *u, size_t most);	/* as buffer_trim */

/* Arranges the records; 0, or -1 with errno, and the batch is of no use. */
int unwind_arrange(struct unwind *u, struct batch *b);

#endif
