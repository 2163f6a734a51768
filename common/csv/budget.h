/*
 * budget: what of -m each part of a conversion may take.
 *
 *	an eighth	the text of a record's projection
 *	an eighth	its leaves
 *	an eighth	its own values once more, if it is unwound
 *			with a tree a sixteenth for each of the first two, and
 *			an eighth and a sixteenth for values and elements
 *	half		the learnt columns, and the records held back to learn
 *			them, which count twice; nothing with a list of fields
 *	the rest	its row; or half of it, and half for joined arrays, or
 *			a third with joined members, too; no more than three
 *			times the first
 *
 * A thread's own buffers are no part of it: 2 MiB each, see sizes.h.  Nothing
 * here depends on the number of threads, or the results would.
 */
#ifndef CSV_BUDGET_H
#define CSV_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

/* All in bytes. */
struct budget {
	size_t record;		/* a record's text; and as much for its leaves */
	size_t row;		/* a row; and as much for joined arrays */
	size_t learning;	/* columns, and twice the records */
	size_t values;		/* of a tree, and half as much for its elements */
	size_t copies;		/* of the projection, for all workers */
};

/* learn: columns are learnt; unwind, join: what the options say; tree: see
 * tree.h. */
void budget_init(struct budget *b, size_t memory, bool learn, bool unwind,
    bool join, bool tree);

/* What a learnt column takes besides its node in the projection and two copies
 * of its path. */
size_t budget_column(void);

/* How many of the threads may convert so many learnt columns. */
unsigned budget_workers(unsigned threads, size_t columns);

#endif
