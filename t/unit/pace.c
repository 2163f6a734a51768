/* Halved once a round, one more a round, between one and the most. */
#include "s3/pace.h"
#include "tap.h"

static void
good(struct pace *p, int times)
{
	while (times-- > 0)
		pace_good(p);
}

int
main(void)
{
	struct pace p;

	pace_begin(&p, 8);
	ok(pace_allows(&p) == 8, "begins with the most");
	good(&p, 100);
	ok(pace_allows(&p) == 8, "never more");
	pace_busy(&p, 10, 20);
	ok(pace_allows(&p) == 4, "busy halves it");
	pace_busy(&p, 20, 30);
	pace_busy(&p, 11, 31);
	ok(pace_allows(&p) == 4, "what began before the cut does not count");
	good(&p, 3);
	ok(pace_allows(&p) == 4, "three good ones of four change nothing");
	good(&p, 1);
	ok(pace_allows(&p) == 5, "the fourth makes one more");
	good(&p, 5);
	ok(pace_allows(&p) == 6, "then it takes five");
	for (int64_t now = 100; now < 200; now += 10)
		pace_busy(&p, now, now + 5);
	ok(pace_allows(&p) == 1, "never less than one");
	good(&p, 1 + 2 + 3 + 4 + 5 + 6);
	ok(pace_allows(&p) == 7, "round by round back (%u)", pace_allows(&p));
	good(&p, 7);
	ok(pace_allows(&p) == 8, "to the most");
	pace_begin(&p, 1);
	pace_busy(&p, 1, 2);
	good(&p, 2);
	ok(pace_allows(&p) == 1, "one stays one");
	return tap_done();
}
