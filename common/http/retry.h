/*
 * retry: when to try again, and after how long.  Pure: clock and chance come
 * in as arguments.
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
	int64_t deadline;	/* monotonic ms; 0: none */
};

/* May a call that ended so be repeated?  Connection trouble, 408, 425, 429,
 * 500, 502, 503, 504: yes.  Untrusted, refused, other 4xx: no. */
bool retry_worth(enum http_end end, int status);

/*
 * Milliseconds to wait before attempt number made + 1, or -1: give up.
 * server_ms is what Retry-After asked for (-1: nothing); it is a lower bound.
 * random is 64 fresh random bits.
 */
int64_t retry_delay(const struct retry_policy *p, unsigned made,
    int64_t server_ms, int64_t now, uint64_t random);

/* Retry-After (RFC 9110 10.2.3: seconds or an HTTP date) as milliseconds from
 * unix_now, clamped to [0, a day]; -1 when there is none or it is nonsense. */
int64_t retry_after(const char *value, int64_t unix_now);

/* 64 random bits from the kernel (getrandom). */
uint64_t retry_random(void);

#endif
