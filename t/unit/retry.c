/* retry: decisions, delays and dates. */
#include "http/retry.h"

#include "base/meter.h"

#include "tap.h"

static void
test_worth(void)
{
	static const int again[] = { 408, 425, 429, 500, 502, 503, 504 };
	static const int never[] = { 200, 301, 400, 401, 403, 404, 412, 416,
	    501, 505 };

	for (size_t i = 0; i < sizeof again / sizeof *again; i++)
		ok(retry_worth(HTTP_COMPLETE, again[i]), "%d again", again[i]);
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		ok(!retry_worth(HTTP_COMPLETE, never[i]), "%d never", never[i]);
	ok(retry_worth(HTTP_NO_CONNECTION, 0), "no connection: again");
	ok(retry_worth(HTTP_BROKEN, 200), "broken off: again");
	ok(!retry_worth(HTTP_UNTRUSTED, 0), "untrusted: never");
	ok(!retry_worth(HTTP_REFUSED, 0), "malformed: never");
}

static void
test_delay(void)
{
	struct retry_policy p = { .attempts = 5, .base_ms = 100,
	    .cap_ms = 300 };

	ok(retry_delay(&p, 1, -1, 0, 0) == 0, "the least jitter is 0");
	ok(retry_delay(&p, 1, -1, 0, UINT64_MAX) == 100, "the most is base");
	ok(retry_delay(&p, 2, -1, 0, UINT64_MAX) == 200, "it doubles");
	ok(retry_delay(&p, 3, -1, 0, UINT64_MAX) == 300, "up to the cap");
	ok(retry_delay(&p, 4, -1, 0, UINT64_MAX / 2) == 150, "half of it");
	ok(retry_delay(&p, 5, -1, 0, 0) == -1, "attempts are counted");
	ok(retry_delay(&p, 1, 7000, 0, 0) == 7000, "the server is obeyed");
	p.deadline = 6000;
	ok(retry_delay(&p, 1, 7000, 0, 0) == -1, "not beyond the deadline");
	ok(retry_delay(&p, 1, 5000, 500, 0) == 5000, "but within it");
	ok(retry_delay(&p, 1, -1, 6000, 0) == -1, "it has passed");
	p = (struct retry_policy){ .attempts = 200, .base_ms = INT64_MAX / 3,
	    .cap_ms = INT64_MAX };
	ok(retry_delay(&p, 150, -1, 0, UINT64_MAX) == INT64_MAX,
	    "no overflow");
}

/* Calls without headers. */
static void
test_next(void)
{
	struct retry_policy p = { .attempts = 5 };
	struct http_call busy = { .end = HTTP_COMPLETE, .status = 503 };
	struct http_call fast = { .end = HTTP_COMPLETE, .status = 429 };

	ok(retry_next(&p, 1, &busy) == 0, "no pause where none is due");
	ok(retry_next(&p, 5, &busy) == -1, "no attempt is left");
	ok(retry_next(&p, 1, &fast) == 2000, "two seconds after a 429");
	p.asked_ms = 300;
	ok(retry_next(&p, 1, &fast) == 300, "no more than the policy obeys");
	p.deadline = meter_now() + 200;
	ok(retry_next(&p, 1, &fast) == -1, "not beyond the deadline");
}

static void
test_after(void)
{
	const int64_t now = 784111777;	/* Sun, 06 Nov 1994 08:49:37 GMT */

	ok(retry_after(NULL, now) == -1, "none");
	ok(retry_after("", now) == -1, "empty");
	ok(retry_after("0", now) == 0, "0 s");
	ok(retry_after("120", now) == 120000, "120 s");
	ok(retry_after("-1", now) == -1, "negative");
	ok(retry_after("12x", now) == -1, "rubbish after");
	ok(retry_after("99999999999999999999999", now) == 86400000,
	    "clamped to a day");
	ok(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == 60000, "date");
	ok(retry_after("Sunday, 06-Nov-94 08:50:37 GMT", now) == 60000,
	    "date of RFC 850");
	ok(retry_after("Sun Nov  6 08:50:37 1994", now) == 60000,
	    "date of asctime");
	ok(retry_after("Sun, 06 Nov 1994 08:49:30 GMT", now) == 0, "passed");
	ok(retry_after("Sun, 06 Nov 2094 08:49:30 GMT", now) == 86400000,
	    "a far date is clamped");
	ok(retry_after("Sun, 06 Nov 1994 08:49:30", now) == -1, "no zone");
	ok(retry_after("Sun, 06 ovD 1994 08:49:30 GMT", now) == -1, "month");
	ok(retry_after("Sun, 31 Feb 1994 08:50:37 GMT", now) == -1 &&
	    retry_after("Sunday, 31-Nov-94 08:50:37 GMT", now) == -1 &&
	    retry_after("Sun Nov  0 08:50:37 1994", now) == -1, "a day");
	ok(retry_after("Sun, 06 Nov 1994 24:50:37 GMT", now) == -1 &&
	    retry_after("Sun, 06 Nov 1994 08:60:37 GMT", now) == -1 &&
	    retry_after("Sun, 06 Nov 1994 08:50:61 GMT", now) == -1, "a time");
}

int
main(void)
{
	test_worth();
	test_delay();
	test_next();
	test_after();
	ok(retry_random() != retry_random(), "random bits differ");
	return tap_done();
}
