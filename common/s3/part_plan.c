/* Part sizes that grow, so that a stream of unknown length has room. */
#include "s3/part_plan.h"

/* Parts of one size before they double: nine doublings lead from 8 MiB to 4 GiB
 * within the 10,000 numbers, and the first 8 GB go in parts of the first size. */
enum { STEP = 1000, LAST_STEP = PART_NUMBERS - STEP };

#define MIB ((uint64_t)1 << 20)

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
part_plan_size(const struct part_plan *p, unsigned number)
{
	uint64_t cap = number > LAST_STEP ? p->budget : p->budget / 2;
	unsigned doublings = (number - 1) / STEP;

	if (number < 1 || number > PART_NUMBERS)
		return 0;
	if (p->fixed || p->first >= cap)
		return p->first;
	cap = smaller(cap, PART_MAX);
	return smaller(p->first << doublings, cap);
}

uint64_t
part_plan_limit(const struct part_plan *p)
{
	uint64_t sum = 0;

	for (unsigned number = 1; number <= PART_NUMBERS; number++)
		sum += part_plan_size(p, number);
	return sum;
}

/* The smallest start, in whole MiB, with which expected fits, or the largest
 * that two windows leave room for. */
static void
raise_first(struct part_plan *p, uint64_t expected)
{
	uint64_t top = smaller(p->budget / 2, PART_MAX);

	while (part_plan_limit(p) < expected && p->first + MIB <= top)
		p->first = smaller(top, p->first + p->first / 8 / MIB * MIB +
		    MIB);
}

int
part_plan_make(struct part_plan *p, uint64_t budget, uint64_t first,
    bool fixed, uint64_t expected, struct err *e)
{
	*p = (struct part_plan){ budget, first, fixed };
	if (budget < PART_MIN)
		return err_set(e, EXIT_USAGE, "-m must be at least 5M, "
		    "the smallest part of an upload");
	if (first == 0) {
		p->first = smaller(PART_DEFAULT, budget / 2);
		if (p->first < PART_MIN)
			p->first = PART_MIN;
	}
	if (p->first < PART_MIN || p->first > PART_MAX)
		return err_set(e, EXIT_USAGE, "--part-size must be between "
		    "5M and 5G");
	if (p->first > budget)
		return err_set(e, EXIT_USAGE, "--part-size does not fit into "
		    "-m %lluM", (unsigned long long)(budget / MIB));
	if (first == 0)
		raise_first(p, expected);
	if (part_plan_limit(p) < expected)
		return err_set(e, EXIT_DATA, "%llu bytes are more than the "
		    "%llu that fit into 10000 parts: raise -m or --part-size",
		    (unsigned long long)expected,
		    (unsigned long long)part_plan_limit(p));
	return 0;
}
