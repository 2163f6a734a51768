/* zipbudget: program, window, blocks. */
#include "archive/zipbudget.h"

#include "deflate/deflate.h"

/* Bytes that the program and its libraries take before any data, measured (peak
 * RSS of an empty input), rounded up. */
static const uint64_t BASE = UINT64_C(6) << 20;

/* A window that grows stands beside its larger self for a moment. */
static uint64_t
needed(const struct zipbudget *b)
{
	return BASE + b->window + b->window / 2 +
	    deflate_memory(b->level, b->threads, b->depth);
}

int
zipbudget_divide(struct zipbudget *b, uint64_t memory, int level,
    unsigned threads, struct err *e)
{
	uint64_t total = memory != 0 ? memory : ZIPBUDGET_DEFAULT;

	b->level = level;
	b->threads = threads;
	b->window = (size_t)(total / 6);
	b->directory = (size_t)total;
	b->depth = 2 * threads + 1;
	while (memory != 0 && needed(b) > memory && b->depth > threads + 1)
		b->depth--;
	if (memory != 0 && needed(b) > memory)
		return err_set(e, EXIT_USAGE, "-m is too small for %u threads: "
		    "it takes %lluM", threads, (unsigned long long)
		    ((BASE + deflate_memory(level, threads, threads + 1)) *
		    4 / 3 >> 20) + 1);
	return 0;
}

uint64_t
zipbudget_most(const struct zipbudget *b)
{
	const uint64_t others = UINT64_C(768) << 20;	/* xz -9 */

	return needed(b) + 2 * (uint64_t)b->directory + others;
}
