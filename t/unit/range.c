/* range: Content-Range and validators. */
#include "http/range.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static bool
is(const char *value, bool satisfied, int64_t first, int64_t last,
    int64_t total)
{
	struct content_range r;

	return content_range_parse(value, &r) && r.satisfied == satisfied &&
	    r.first == first && r.last == last && r.total == total;
}

static void
test_parse(void)
{
	static const char *const wrong[] = { "", "bytes", "bytes ", "bytes 0",
	    "bytes 0-", "bytes -5/10", "bytes 5-4/10", "bytes 0-10/10",
	    "bytes */*", "bytes 0-1/10 ", "items 0-1/10", "bytes=0-1/10",
	    "bytes 0-9223372036854775808/*", "bytes 0--1/10" };
	struct content_range r;

	ok(is("bytes 0-9/10", true, 0, 9, 10), "all of it");
	ok(is("bytes 5-5/*", true, 5, 5, -1), "unknown total");
	ok(is("Bytes  0-1/10", true, 0, 1, 10), "case and spaces");
	ok(is("bytes */10", false, 0, 0, 10), "unsatisfied");
	ok(is("bytes 9223372036854775806-9223372036854775806/"
	    "9223372036854775807", true, INT64_MAX - 1, INT64_MAX - 1,
	    INT64_MAX), "the largest");
	ok(!content_range_parse(NULL, &r), "none");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!content_range_parse(wrong[i], &r), "not '%s'", wrong[i]);
}

static bool
validates(const char *etag, const char *modified, const char *date,
    const char *want)
{
	char *got = range_validator(etag, modified, date);
	bool same = want == NULL ? got == NULL :
	    got != NULL && strcmp(got, want) == 0;

	free(got);
	return same;
}

static void
test_validator(void)
{
	const char *old = "Sun, 06 Nov 1994 08:48:37 GMT";
	const char *date = "Sun, 06 Nov 1994 08:49:37 GMT";
	const char *young = "Sun, 06 Nov 1994 08:48:38 GMT";

	ok(validates("\"x\"", NULL, NULL, "\"x\""), "strong ETag");
	ok(validates("W/\"x\"", old, date, NULL),
	    "a weak ETag shadows the date");
	ok(validates("x", old, date, NULL), "so does a malformed one");
	ok(validates(NULL, old, date, old), "a date one minute old");
	ok(validates(NULL, young, date, NULL), "a younger one");
	ok(validates(NULL, old, NULL, NULL), "no Date");
	ok(validates(NULL, "yesterday", date, NULL), "no date at all");
	ok(range_same("\"x\"", "\"x\"", NULL), "same ETag");
	ok(!range_same("\"x\"", "\"y\"", NULL), "another");
	ok(!range_same("\"x\"", NULL, old), "none");
	ok(range_same(old, NULL, old), "same date");
	ok(!range_same(old, NULL, date), "another");
	ok(!range_same(old, "\"x\"", old), "an ETag that was not there");
}

int
main(void)
{
	test_parse();
	test_validator();
	return tap_done();
}
