/* progress: lines of a job's stages, as wide as they may be. */
#include <string.h>

#include "base/progress.h"
#include "tap.h"

static struct progress_stage four[] = {
	{ { .tool = "cp-fetch", .unit = "pages", .in = 512 << 20,
	    .out = 512 << 20, .total = (uint64_t)1200 << 20, .ms = 6000,
	    .retries = 1, .code = -1 }, "network" },
	{ { .tool = "json2csv", .unit = "records", .in = 512 << 20,
	    .out = 102 << 20, .records = 1234567, .ms = 6000, .code = -1 },
	    "input" },
	{ { .tool = "memzip", .unit = "entries", .out = 18 << 20, .records = 1,
	    .ms = 6000, .code = -1 }, NULL },
	{ { .tool = "s3put", .unit = "parts", .out = 16 << 20, .records = 2,
	    .retries = 12, .ms = 6000, .code = -1 }, "output" }
};

static bool
is(unsigned n, const struct progress_stage *s, unsigned columns,
    const char *want)
{
	char line[PROGRESS_LINE];
	size_t len = progress_line(line, s, n, 6100, columns);
	bool same = len == strlen(want) && memcmp(line, want, len) == 0;

	if (!same)
		printf("# %zu: %.*s\n", len, (int)len, line);
	return same;
}

static void
widths(void)
{
	ok(is(4, four, 0, "cp-fetch 512 MiB of 1.17 GiB (42 %), 1 retry, awaits "
	    "network | json2csv 102 MiB, 1234567 records, awaits input | memzip "
	    "18.0 MiB | s3put 16.0 MiB, 2 parts, 12 retries, awaits output | "
	    "83.9 MiB/s, 0:06, 0:08 left"), "all of it in a log");
	ok(is(4, four, 219, "cp-fetch 512 MiB of 1.17 GiB (42 %), 1 retry, awaits "
	    "network | json2csv 102 MiB, 1234567 records, awaits input | memzip "
	    "18.0 MiB | s3put 16.0 MiB, 2 parts, 12 retries, awaits output | "
	    "83.9 MiB/s, 0:06, 0:08 left"), "a wide terminal");
	ok(is(4, four, 170, "cp-fetch 512 MiB of 1.17 GiB (42 %), 1 retry | "
	    "json2csv 102 MiB, 1234567 records | memzip 18.0 MiB | s3put 16.0 "
	    "MiB, 2 parts, 12 retries | 83.9 MiB/s, 0:06, 0:08 left"),
	    "fewer: not what they wait for");
	ok(is(4, four, 110, "cp-fetch 512M 42 %, 1 retry > json2csv 102M > memzip "
	    "18M > s3put 16M, 12 retries, 84M/s, 0:08 left"),
	    "fewer: in short");
	ok(is(4, four, 39, "42 % 512M > 102M > 18M > 16M, 0:08 left"),
	    "40 columns");
	ok(is(4, four, 12, "42 % 512M > "), "cut, where nothing fits");
}

static void
single(void)
{
	struct progress_stage s = { { .tool = "memzip", .unit = "entries",
		.in = 1536, .records = 1, .code = -1 }, NULL };

	ok(is(1, &s, 79, "memzip 1.50 KiB, 251 B/s, 0:06"),
	    "one that only takes, and one record");
	s.figures.in = 999;
	ok(is(1, &s, 79, "memzip 999 B, 163 B/s, 0:06"), "bytes");
	s.figures.in = 1000;
	ok(is(1, &s, 79, "memzip 0.98 KiB, 163 B/s, 0:06"), "1000 of them");
	s.figures.in = s.figures.total = (uint64_t)5 << 40;
	s.figures.out = UINT64_MAX;
	ok(is(1, &s, 79, "memzip 16.0 EiB of 5.00 TiB (100 %), 2.62 EiB/s, 0:06"),
	    "the most there is");
	s.figures.in++;
	ok(is(1, &s, 79, "memzip 16.0 EiB, 2.62 EiB/s, 0:06"),
	    "more than was expected: no more of that");
	s.figures.in = 1;
	s.figures.out = 0;
	s.figures.total = UINT64_MAX;
	s.figures.ms = 1;
	ok(is(1, &s, 79, "memzip 1 B of 16.0 EiB (0 %), 0 B/s, 0:06"),
	    "a time to come that nobody waits for");
	s.figures.total = 7200;
	s.figures.ms = 1000;
	ok(is(1, &s, 79, "memzip 1 B of 7.03 KiB (0 %), 0 B/s, 0:06, 1:59:59 left"),
	    "hours");
	s.figures.in = 3600;
	ok(is(1, &s, 79, "memzip 3.52 KiB of 7.03 KiB (50 %), 590 B/s, 0:06, "
	    "0:01 left"), "a second");
}

int
main(void)
{
	widths();
	single();
	return tap_done();
}
