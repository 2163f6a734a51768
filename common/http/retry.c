/* retry: exponential back-off with full jitter, and not less than the server
 * asks for. */
#include "http/retry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/date.h"
#include "base/meter.h"

/* A server that asks for more than a day has a wrong clock or means "never";
 * either way whoever runs a daily job will have looked by then. */
enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* The least pause after a 429 that says no time: the limits of APIs are so many
 * requests a second or minute, and 0 to 500 ms, the first pause by default,
 * would spend the next attempt within the same second. */
enum { TOO_MANY = 429, TOO_MANY_MS = 2000, DENIED = 403 };

/* Seconds since 1970, in 2001: what is less is a number of seconds from now. */
enum { LONG_AGO = 1000000000 };

bool
retry_worth(enum http_end end, int status)
{
	switch (end) {
	case HTTP_NO_CONNECTION:
	case HTTP_BROKEN:
		return true;
	case HTTP_COMPLETE:
	case HTTP_STOPPED:	/* a caller stops the body of an error */
		return status == 408 || status == 425 || status == 429 ||
		    status == 500 || status == 502 || status == 503 ||
		    status == 504;
	default:
		return false;
	}
}

/* Is the number of requests that are left 0? */
static bool
is_exhausted(const struct http_call *call)
{
	static const char *const names[] = { "X-RateLimit-Remaining",
		"X-Rate-Limit-Remaining", "RateLimit-Remaining" };
	const char *left = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && left == NULL;
	    i++)
		left = http_header(call, names[i]);
	return left != NULL && strcmp(left, "0") == 0;
}

bool
retry_worth_call(const struct http_call *call)
{
	bool answered = call->end == HTTP_COMPLETE ||
	    call->end == HTTP_STOPPED;

	return retry_worth(call->end, call->status) || (answered &&
	    call->status == DENIED && (is_exhausted(call) ||
	    http_header(call, "Retry-After") != NULL));
}

/* A number in [0, max], every one as likely up to one part in 2^64. */
static int64_t
scale(uint64_t random, int64_t max)
{
	return (int64_t)(((unsigned __int128)random *
	    ((uint64_t)max + 1)) >> 64);
}

int64_t
retry_delay(const struct retry_policy *p, unsigned made, int64_t server_ms,
    int64_t now, uint64_t random)
{
	int64_t top = p->base_ms, wait;

	if (made >= p->attempts)
		return -1;
	for (unsigned i = 1; i < made && top < p->cap_ms; i++)
		top = top > INT64_MAX / 2 ? INT64_MAX : top * 2;
	if (top > p->cap_ms)
		top = p->cap_ms;
	wait = scale(random, top < 0 ? 0 : top);
	if (wait < server_ms)
		wait = server_ms;
	if (p->deadline != 0 && (now >= p->deadline || wait >= p->deadline - now))
		return -1;
	return wait;
}

int64_t
retry_after(const char *value, int64_t unix_now)
{
	int64_t seconds = 0, date;
	const char *p = value;

	if (value == NULL || *value == '\0')
		return -1;
	while (*p >= '0' && *p <= '9') {
		if (seconds <= DAY_MS / 1000)
			seconds = seconds * 10 + (*p - '0');
		p++;
	}
	if (*p != '\0') {
		if (!date_parse(value, &date))
			return -1;
		seconds = date > unix_now ? date - unix_now : 0;
	}
	return seconds > DAY_MS / 1000 ? DAY_MS : seconds * 1000;
}

/* When a limit of requests ends. */
static int64_t
limit_ends(const struct http_call *call, int64_t unix_now)
{
	static const char *const names[] = { "X-RateLimit-Reset",
		"X-Rate-Limit-Reset", "RateLimit-Reset" };
	const char *text = NULL;
	int64_t at;

	if (call->status != TOO_MANY && call->status != DENIED)
		return -1;
	for (size_t i = 0; i < sizeof names / sizeof *names && text == NULL;
	    i++)
		text = http_header(call, names[i]);
	if (text == NULL || *text == '\0' || strlen(text) > 10 ||
	    strspn(text, "0123456789") != strlen(text))
		return -1;
	at = strtoll(text, NULL, 10);
	if (at >= LONG_AGO)
		at = at > unix_now ? at - unix_now + 1 : 0;
	return at > DAY_MS / 1000 ? DAY_MS : at * 1000;
}

/* How many milliseconds the server wants us to wait; -1: it does not say. */
static int64_t
asked_pause(const struct http_call *call)
{
	const char *ms = http_header(call, "x-amz-retry-after");
	int64_t now = (int64_t)time(NULL), asked;

	if (ms != NULL && *ms != '\0' && strlen(ms) < 8 &&
	    strspn(ms, "0123456789") == strlen(ms))
		return strtol(ms, NULL, 10);
	asked = retry_after(http_header(call, "Retry-After"), now);
	return asked >= 0 ? asked : limit_ends(call, now);
}

int64_t
retry_next(const struct retry_policy *p, unsigned made,
    const struct http_call *call)
{
	int64_t most = p->asked_ms != 0 ? p->asked_ms : DAY_MS;
	int64_t asked = call->status < 400 ? -1 : asked_pause(call);

	if (asked < 0 && call->status == TOO_MANY)
		asked = TOO_MANY_MS;
	return retry_delay(p, made, asked > most ? most : asked, meter_now(),
	    retry_random());
}

uint64_t
retry_random(void)
{
	uint64_t bits = 0;
	struct timespec t;

	/* Jitter, not cryptography: without getrandom the clock will do. */
	if (getrandom(&bits, sizeof bits, 0) != sizeof bits) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		bits = (uint64_t)t.tv_nsec * 0x9e3779b97f4a7c15u;
	}
	return bits;
}
