/* retry: exponential back-off with full jitter, under what the server asks. */
#include "http/retry.h"

#include <sys/random.h>
#include <time.h>

#include "base/date.h"
#include "base/meter.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

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

int64_t
retry_asked(const struct http_call *call)
{
	return retry_after(http_header(call, "Retry-After"),
	    (int64_t)time(NULL));
}

int64_t
retry_pause(const struct retry_policy *p, unsigned made, int64_t server_ms)
{
	return retry_delay(p, made, server_ms, meter_now(), retry_random());
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
