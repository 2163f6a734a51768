/* Halved once a round, one more a round, between one and the most. */
#include "s3/request_queue.h"
#include "tap.h"

static void
good(struct aimd *p, int times)
{
	while (times-- > 0)
		aimd_good(p);
}

int
main(void)
{
	struct aimd p;

	aimd_begin(&p, 8);
	ok(aimd_allows(&p) == 8, "begins with the most");
	good(&p, 100);
	ok(aimd_allows(&p) == 8, "never more");
	aimd_busy(&p, 10, 20);
	ok(aimd_allows(&p) == 4, "busy halves it");
	aimd_busy(&p, 20, 30);
	aimd_busy(&p, 11, 31);
	ok(aimd_allows(&p) == 4, "what began before the cut does not count");
	good(&p, 3);
	ok(aimd_allows(&p) == 4, "three good ones of four change nothing");
	good(&p, 1);
	ok(aimd_allows(&p) == 5, "the fourth makes one more");
	good(&p, 5);
	ok(aimd_allows(&p) == 6, "then it takes five");
	for (int64_t now = 100; now < 200; now += 10)
		aimd_busy(&p, now, now + 5);
	ok(aimd_allows(&p) == 1, "never less than one");
	good(&p, 1 + 2 + 3 + 4 + 5 + 6);
	ok(aimd_allows(&p) == 7, "round by round back (%u)", aimd_allows(&p));
	good(&p, 7);
	ok(aimd_allows(&p) == 8, "to the most");
	aimd_begin(&p, 1);
	aimd_busy(&p, 1, 2);
	good(&p, 2);
	ok(aimd_allows(&p) == 1, "one stays one");
	return tap_done();
}
