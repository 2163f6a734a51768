/* Dates that exist, dates that do not, and each day as strftime(3) writes it. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/date.h"
#include "tap.h"


struct sample {
	const char *text;
	int64_t seconds;
};

static void
test_table(const char *what, bool (*parse)(const char *s, int64_t *seconds),
    const struct sample *list, size_t n)
{
	unsigned bad = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t t = INT64_MIN;
		bool good = parse(list[i].text, &t);

		if (good != (list[i].seconds != INT64_MIN) ||
		    (good && t != list[i].seconds)) {
			printf("# '%s': %d %" PRId64 "\n", list[i].text, good, t);
			bad++;
		}
	}
	ok(bad == 0, "%s: %zu texts", what, n);
}

#define TABLE(what, parse, list) \
	test_table(what, parse, list, sizeof list / sizeof *list)

static void
test_http(void)
{
	static const struct sample list[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
		{ "Sun Nov  6 08:49:37 1994", 784111777 },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 },
		{ "Thu, 29 Feb 2024 00:00:00 GMT", 1709164800 },
		{ "Wed, 01-Jan-69 00:00:00 GMT", INT64_C(3124224000) },
		{ "Thu, 29 Feb 2023 00:00:00 GMT", INT64_MIN },
		{ "Sun, 30 Feb 1994 08:49:37 GMT", INT64_MIN },
		{ "Sun, 00 Nov 1994 08:49:37 GMT", INT64_MIN },
		{ "Sun, 31 Nov 1994 08:49:37 GMT", INT64_MIN },
		{ "Sun, 06 Nov 1994 24:49:37 GMT", INT64_MIN },
		{ "Sun, 06 Nov 1994 08:60:37 GMT", INT64_MIN },
		{ "Sun, 06 Nov 1994 08:49:61 GMT", INT64_MIN },
		{ "Sun, 06 ovD 1994 08:49:37 GMT", INT64_MIN },
		{ "Sun, 06 Nov 1969 08:49:37 GMT", INT64_MIN },
		{ "Sun, 06 Nov 1994 08:49:37 GMT ", INT64_MIN },
		{ "Sun, 06 Nov 1994 08:49:37", INT64_MIN },
		{ "Sun, 06 Nov 1994 -8:49:37 GMT", INT64_MIN },
		{ "06 Nov 1994 08:49:37 GMT", INT64_MIN },
		{ "Sun, 06 N", INT64_MIN }, { "", INT64_MIN },
	};

	TABLE("HTTP", date_parse, list);
}

static void
test_iso(void)
{
	static const struct sample list[] = {
		{ "1970-01-02T00:00:00Z", 86400 },
		{ "2016-02-25T06:03:31.123Z", 1456380211 },
		{ "2016-02-25T07:03:31+01:00", 1456380211 },
		{ "2016-02-25T05:33:31-00:30", 1456380211 },
		{ "2016-02-25T05:33:31.5-00:30", 1456380211 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "0000-02-29T00:00:00Z", INT64_C(-62162121600) },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) },
		{ "2016-13-01T00:00:00Z", INT64_MIN },
		{ "2016-00-01T00:00:00Z", INT64_MIN },
		{ "2016-02-30T00:00:00Z", INT64_MIN },
		{ "2016-02-00T00:00:00Z", INT64_MIN },
		{ "2016-01-01T24:00:00Z", INT64_MIN },
		{ "2016-01-01T99:00:00Z", INT64_MIN },
		{ "2016-01-01T00:60:00Z", INT64_MIN },
		{ "2016-01-01T00:00:61Z", INT64_MIN },
		{ "2016-01-01T00:00:00+99:99", INT64_MIN },
		{ "2016-01-01T00:00:00+24:00", INT64_MIN },
		{ "2016-01-01T00:00:00+00:60", INT64_MIN },
		{ "2016-01-01T00:00:00+", INT64_MIN },
		{ "2016-01-01T00:00:00+01:00x", INT64_MIN },
		{ "2016-01-01T00:00:00.Z", INT64_MIN },
		{ "2016-01-01T00:00:00", INT64_MIN },
		{ "2016-01-01T00:00:00ZZ", INT64_MIN },
		{ "2016-1-1T0:0:0Z", INT64_MIN }, { "2016-01-01", INT64_MIN },
		{ "-016-01-01T00:00:00Z", INT64_MIN }, { "", INT64_MIN },
	};

	TABLE("RFC 3339", date_parse_iso, list);
}

static void
test_option(void)
{
	static const struct sample list[] = {
		{ "0", 0 }, { "@86400", 86400 }, { "1787184000", 1787184000 },
		{ "1970-01-01", 0 }, { "2026-08-20", 1787184000 },
		{ "2000-02-29T23:59:59Z", 951868799 },
		{ "2026-08-20T09:00:00+09:00", 1787184000 },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) },
		{ "253402300799", INT64_C(253402300799) },
		{ "", INT64_MIN }, { "@", INT64_MIN }, { "-5", INT64_MIN },
		{ "12x", INT64_MIN }, { "253402300800", INT64_MIN },
		{ "99999999999999999999", INT64_MIN },
		{ "2026-02-29", INT64_MIN }, { "1900-01-01", INT64_MIN },
		{ "2026-13-01", INT64_MIN }, { "2026-00-01", INT64_MIN },
		{ "2026-04-31", INT64_MIN }, { "2026-8-20", INT64_MIN },
		{ "2026-08-20T24:00:00Z", INT64_MIN },
		{ "2026-08-20T12:00:00", INT64_MIN },
		{ "2026-08-20 12:00:00Z", INT64_MIN },
		{ "2026-08-20T12:60:00Z", INT64_MIN },
		{ "9999-12-31T23:59:59-01:00", INT64_MIN },
		{ "1970-01-01T00:00:00+01:00", INT64_MIN },
	};

	TABLE("options", date_parse_option, list);
}

/* Each day of 3,000 years, written by strftime(3), is read as what it is. */
static void
test_days(void)
{
	struct tm t = { .tm_year = 1970 - 1900, .tm_mday = 1 };
	char http[64], iso[64];
	unsigned bad = 0;

	for (int64_t day = 0; day < 3000 * 365; day++) {
		time_t when = (time_t)(day * 86400 + day % 86400);
		int64_t a = -1, b = -1;

		gmtime_r(&when, &t);
		strftime(http, sizeof http, "%a, %d %b %Y %H:%M:%S GMT", &t);
		strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%SZ", &t);
		if (!date_parse(http, &a) || !date_parse_iso(iso, &b) ||
		    a != when || b != when)
			bad++;
	}
	ok(bad == 0, "3,000 years of days");
}

int
main(void)
{
	test_http();
	test_iso();
	test_option();
	test_days();
	return tap_done();
}
