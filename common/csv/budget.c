/* budget: shares, and why they are enough. */
#include "csv/budget.h"
#include "csv/rows.h"

/*
 * RECORD: a smaller share would refuse large records that fit; with a larger
 * one nothing would be left for the row of such a record beside it.
 * COPIES: slices gain less than a worker's copy of a wider projection costs.
 */
enum { RECORD = 8, LEARNING = 2, COPIES = 4 };

/* Where a record's values are kept as a tree (tree.h), a record has half as
 * much, so that the tree has room: a value takes 56 bytes in it, and 4 in its
 * record's leaves. */
enum { TREE_RECORD = 16, TREE_VALUES = 8 };

/* No row takes more than so many times the largest record: quotes are doubled,
 * null may stand for more, and a separator for a comma. */
enum { ROW_FACTOR = 3 };

/*
 * The columns that are learnt must not depend on the number of threads.  So a
 * column's price has a cell for each of these workers, and for the driver,
 * and 64 bytes for what allocations take around it.  Where the cells of one
 * worker would be more than CELLS_MAX bytes, for which the 2 MiB of a thread
 * have no room, there are no more workers than those.
 */
enum { PRICED_WORKERS = 2, CELLS_MAX = 512 * 1024 };

void
budget_init(struct budget *b, size_t memory, bool learn, bool unwind,
    bool join, bool tree)
{
	size_t record = memory / (tree ? TREE_RECORD : RECORD);
	size_t learning = memory / LEARNING, values = memory / TREE_VALUES;
	size_t rest = memory - 2 * record;

	if (learn)
		rest -= learning;
	if (tree)
		rest -= values + values / 2;	/* and elements */
	else if (unwind)
		rest -= record;
	if (join)
		rest /= tree ? 3 : 2;
	*b = (struct budget){ .record = record, .learning = learning,
		.values = values,
		.row = rest < ROW_FACTOR * record ? rest : ROW_FACTOR * record,
		.copies = memory / COPIES };
}

size_t
budget_column(void)
{
	return sizeof(struct column) + 64 +
	    (PRICED_WORKERS + 1) * sizeof(struct cell);
}

unsigned
budget_workers(unsigned threads, size_t columns)
{
	if (threads <= PRICED_WORKERS ||
	    columns <= CELLS_MAX / sizeof(struct cell))
		return threads;
	return PRICED_WORKERS;
}
