/*
 * retry: whether to try again, and after how long.  One policy for all requests:
 * bodies, pages, S3's and those for credentials.
 *
 *	retry_worth	may a call that ended so be repeated at all?
 *	retry_next	how long to wait before the next attempt
 *
 * Whoever repeats counts the attempts.  What an attempt may leave undone on the
 * server is for the caller to know: retry_worth looks at the answer alone.
 */
#ifndef HTTP_RETRY_H
#define HTTP_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"

struct retry_policy {
	unsigned attempts;	/* in all, the first included */
	int64_t base_ms;	/* full jitter in [0, min(cap, base << n)] */
	int64_t cap_ms;
	int64_t asked_ms;	/* a server that asks for a longer pause gets
				 * one of so much; 0: a day */
	int64_t deadline;	/* monotonic ms; 0: none */
};

/*
 * Milliseconds to wait after `made` attempts, the last of which was call,
 * before the next one; -1: there is to be none, because all attempts are used
 * up, or the deadline comes first.  What the server asks for is the least: by
 * x-amz-retry-after (milliseconds) or Retry-After; with 403 and 429 by
 * X-RateLimit-Reset or RateLimit-Reset (seconds, or a time in seconds since
 * 1970); or by 429 alone, which says that requests come too fast.
 */
int64_t retry_next(const struct retry_policy *p, unsigned made,
    const struct http_call *call);

/* May a call that ended so be repeated?  Connection trouble, 408, 425, 429,
 * 500, 502, 503, 504: yes.  Untrusted, refused, other 4xx: no. */
bool retry_worth(enum http_end end, int status);

/* The same for a call, with what its headers say: 403 is repeated, too, where it
 * stands for a limit of requests, with Retry-After or X-RateLimit-Remaining: 0,
 * as GitHub has it. */
bool retry_worth_call(const struct http_call *call);

/* The next two are the pure parts of retry_next, which passes them the time and
 * the random bits. */

/* The milliseconds of retry_next at the time now (monotonic ms), with 64 random
 * bits; not less than server_ms, which is what the server asked for (-1:
 * nothing). */
int64_t retry_delay(const struct retry_policy *p, unsigned made,
    int64_t server_ms, int64_t now, uint64_t random);

/* The value of a Retry-After header (RFC 9110, 10.2.3: seconds or an HTTP date)
 * in milliseconds from unix_now on, at least 0 and at most a day; -1 when value
 * is NULL or is neither. */
int64_t retry_after(const char *value, int64_t unix_now);

/* 64 random bits from the kernel (getrandom). */
uint64_t retry_random(void);

#endif
