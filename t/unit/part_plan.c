/* The plan of parts: bounds, growth, limits. */
#include "s3/part_plan.h"
#include "tap.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

static struct err e = ERR_NONE;

static bool
refused(enum exit_code code, uint64_t budget, uint64_t first, bool fixed,
    uint64_t expected)
{
	struct part_plan p;

	return part_plan_make(&p, budget, first, fixed, expected, &e) == -1 &&
	    e.code == code;
}

/* Every part but the last keeps S3's bounds and the budget, and never
 * shrinks. */
static bool
sound(const struct part_plan *p)
{
	uint64_t before = PART_MIN, sum = 0;

	for (unsigned n = 1; n <= PART_NUMBERS; n++) {
		uint64_t size = part_plan_size(p, n);

		if (size < before || size > PART_MAX || size > p->budget)
			return false;
		before = size;
		sum += size;
	}
	return part_plan_size(p, PART_NUMBERS + 1) == 0 &&
	    part_plan_size(p, 0) == 0 && sum == part_plan_limit(p);
}

static void
test_growth(void)
{
	static const uint64_t budgets[] = { 5, 6, 8, 10, 16, 17, 48, 100, 1024,
		16 * 1024, 1024 * 1024 };
	struct part_plan p;

	for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
		int made = part_plan_make(&p, budgets[i] * MIB, 0, false, 0,
		    &e);

		ok(made == 0 && sound(&p), "budget of %d MiB, limit %d GiB",
		    (int)budgets[i], (int)(part_plan_limit(&p) / GIB));
	}
	part_plan_make(&p, 48 * MIB, 0, false, 0, &e);
	ok(part_plan_size(&p, 1) == 8 * MIB &&
	    part_plan_size(&p, 1000) == 8 * MIB, "8 MiB to part 1000");
	ok(part_plan_size(&p, 1001) == 16 * MIB, "then 16");
	ok(part_plan_size(&p, 2001) == 24 * MIB &&
	    part_plan_size(&p, 9000) == 24 * MIB, "then half the budget");
	ok(part_plan_size(&p, 9001) == 48 * MIB, "at last all of it");
	ok(part_plan_limit(&p) == 240000 * MIB, "240,000 MiB in all");
	ok(part_plan_make(&p, 20 * GIB, 5 * GIB, false, 0, &e) == 0 &&
	    part_plan_limit(&p) == 50000 * GIB, "48.8 TiB by parts of 5 GiB");
}

static void
test_expected(void)
{
	struct part_plan p = { 0 };

	ok(part_plan_make(&p, 48 * MIB, 0, false, 10 * GIB, &e) == 0 &&
	    p.first == 8 * MIB, "10 GiB need no larger parts");
	ok(part_plan_make(&p, 48 * MIB, 0, false, 250 * GIB, &e) == 0 &&
	    p.first > 8 * MIB && p.first <= 24 * MIB && sound(&p) &&
	    part_plan_limit(&p) >= 250 * GIB, "250 GiB start with %d MiB",
	    (int)(p.first / MIB));
	ok(refused(EXIT_DATA, 48 * MIB, 0, false, 260 * GIB),
	    "260 GiB are too much: %s", e.text);
	ok(refused(EXIT_DATA, 48 * MIB, 8 * MIB, true, 79 * GIB),
	    "79 GiB in equal parts of 8 MiB");
	ok(part_plan_make(&p, 48 * MIB, 8 * MIB, true, 78 * GIB, &e) == 0 &&
	    part_plan_size(&p, PART_NUMBERS) == 8 * MIB, "78 GiB fit");
}

int
main(void)
{
	test_growth();
	test_expected();
	ok(refused(EXIT_USAGE, 5 * MIB - 1, 0, false, 0), "budget below 5 MiB");
	ok(refused(EXIT_USAGE, 48 * MIB, 5 * MIB - 1, false, 0), "small part");
	ok(refused(EXIT_USAGE, 20 * GIB, 5 * GIB + 1, false, 0), "large part");
	ok(refused(EXIT_USAGE, 48 * MIB, 49 * MIB, false, 0),
	    "part above the budget");
	return tap_done();
}
