/*
 * session: requests with manners, one after the other: paced, under a
 * deadline, and repeated as retry.h allows.  Its callers judge the answers.
 */
#ifndef NETWORK_SESSION_H
#define NETWORK_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/meter.h"
#include "network/http.h"
#include "network/retry.h"

enum { SESSION_HEADERS = 64 };	/* n_headers at most */

struct session {
	/* set by the caller */
	struct http *http;
	struct retry_policy policy;	/* its deadline holds for all */
	int64_t interval_ms;	/* from the start of one request to the start
				 * of the next, repetitions included; 0: none */
	const char *const *headers; /* for callers to send; lent */
	size_t n_headers;
	bool verbose;		/* repetitions are told by diag_say */
	struct meter *meter;	/* counts bytes in; lent */
	/* figures */
	uint64_t requests, retries;
	/* private */
	int64_t next_start;	/* monotonic ms */
};

/*
 * Waits until a request may start, starts call and drives it to its end.  0:
 * look at call->end and status.  -1: it could not be started, or the deadline
 * came first (75).  The caller calls http_done(call) in both cases.
 */
int session_perform(struct session *s, struct http_call *call, struct err *e);

/*
 * Fills e with what went wrong with a call that brought no good answer, and
 * the exit code that fits: 77 for 401, 403, 407 and an untrusted server,
 * else 69.  Returns -1.  what: "page 3 of", or "" .
 */
int session_failure(const struct http_call *call, const char *what,
    struct err *e);

/*
 * Call number made (from 1) failed with e, already filled.  0: the pause
 * before the next one is over.  -1: no further one is allowed; e says so, its
 * code is 75 when it is the deadline that forbids.
 */
int session_again(struct session *s, unsigned made,
    const struct http_call *call, struct err *e);

#endif
