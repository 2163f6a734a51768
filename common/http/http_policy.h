/*
 * http_policy: what holds for all requests of a run: they begin not more often
 * than a rate allows, end by a deadline, follow redirects by safe rules, and are
 * repeated as retry.h allows.  The callers judge the answers.
 *
 * The rules for redirects and links: what the user gave (headers, the body, the
 * client certificate) goes to the origin of the first URL only; https never
 * becomes http; and an address of this machine, its link or its cloud
 * (address.h) is connected to only if the first URL led to one of that kind.
 */
#ifndef HTTP_HTTP_POLICY_H
#define HTTP_HTTP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/meter.h"
#include "http/http.h"
#include "http/retry.h"

/* Headers of one request: the user's (headers.h lets in 60, and a content type
 * a key and one of authorize may be added), and those that the program adds,
 * such as Range and If-Range. */
enum { HTTP_POLICY_HEADERS = 64, HTTP_POLICY_OWN = 4 };

/* A URL that is visited, and where its redirects lead. */
struct http_visit {
	const char *origin;	/* the first URL; lent */
	/* private */
	char *at;		/* the last URL; NULL: the first */
	unsigned hops;		/* redirects in a row */
	unsigned kinds;		/* of addresses the first URL has shown */
	bool arrived;		/* it has been connected to */
};

struct http_policy {
	/* set by the caller */
	struct http *http;
	struct retry_policy retry;	/* its deadline holds for all */
	int64_t interval_ms;	/* from the start of one request to the start
				 * of the next, repetitions included; 0: none */
	const char *method;	/* NULL: GET */
	const void *body;	/* sent with each request; NULL: none */
	size_t body_len;
	const char *const *headers; /* the user's, HTTP_POLICY_HEADERS at most */
	size_t n_headers;
	/* A header that is made when it is needed: authorize gives it, and its
	 * number, for a request to the first origin (-1 with e); and renew
	 * says, after an answer with 401, whether another one than that of this
	 * number may do; or both are NULL. */
	int (*authorize)(void *ctx, const char **header, unsigned *number,
	    struct err *e);
	bool (*renew)(void *ctx, unsigned number);
	void *authorize_ctx;
	unsigned max_redirects;
	bool allow_private;	/* any address after a redirect, too */
	bool verbose;		/* repetitions are told by diag_say; long
				 * pauses are anyway, unless quiet */
	bool quiet;		/* warnings are not */
	struct meter *meter;	/* counts bytes in; lent */
	/* figures */
	uint64_t requests, retries;
	/* private */
	struct http_visit visit;	/* of http_policy_perform */
	int64_t next_start;	/* monotonic ms */
};

/* One request at a time. */

/* Begins with a new first URL; the string must stay until the next one is
 * given, or http_policy_end.  Call http_policy_end once at the end. */
void http_policy_begin(struct http_policy *p, const char *url);
void http_policy_end(struct http_policy *p);

/*
 * Gets call->url by the policy's method.  call->headers are the caller's own
 * for this request, HTTP_POLICY_OWN at most; the user's are added where they
 * belong.  Waits until the rate allows the request, drives it to its end and
 * follows redirects; call->url is then the last URL, valid until the next call
 * of this function.  on_head and on_body see the redirects' answers (3xx), too.
 *
 * 0: the request has ended; look at call->end and call->status.  -1: it could
 * not be started, a redirect must not be followed (69), or the deadline came
 * first (75).  In both cases the caller calls http_done(call).
 */
int http_policy_perform(struct http_policy *p, struct http_call *call,
    struct err *e);

/*
 * The pieces of it, for callers with several requests under way.
 *
 * http_visit_begin begins with a first URL, which must stay; the visit is zeroed
 * before the first use, and http_visit_end frees what it holds.
 *
 * http_policy_turn gives the pause in milliseconds until a request may start
 * (-1: the deadline comes first), and counts that request.
 *
 * http_policy_ask makes call a request for the first URL by the policy's method;
 * http_policy_equip says what a request for call->url may carry, and which
 * addresses it may reach: the n headers of the caller, and those of the user
 * where they may go there, are put into all, which has room for
 * HTTP_POLICY_HEADERS + HTTP_POLICY_OWN.  -1 with 70, or authorize's error.
 *
 * http_policy_follow looks at the answer to such a request.  1: it is a redirect,
 * and call, of which http_done has been called, is now a request for where it
 * leads, to be equipped and started; 0: it is none; -1 with e: it must not be
 * followed (69), or 65 for a malformed one, 70.
 */
void http_visit_begin(struct http_visit *v, const char *url);
void http_visit_end(struct http_visit *v);
const char *http_visit_url(const struct http_visit *v);	/* the last one */
int64_t http_policy_turn(struct http_policy *p);
void http_policy_ask(const struct http_policy *p, struct http_visit *v,
    struct http_call *call);
int http_policy_equip(const struct http_policy *p, const struct http_visit *v,
    struct http_call *call, const char *const *own, size_t n, const char **all,
    struct err *e);
int http_policy_follow(const struct http_policy *p, struct http_visit *v,
    struct http_call *call, struct err *e);

/* Starts a call that is equipped, or signed, when its turn has come, and waits
 * for its end; http, which may be another client than the policy's, has no other.
 * -1 with e: it could not be started (http_start), or the deadline came (75). */
int http_policy_run(struct http_policy *p, struct http *http,
    struct http_call *call, struct err *e);

/*
 * Fills e with what went wrong with a call that brought no good answer, and
 * the exit code that fits: 75 where a repetition may help (retry.h), later if not
 * now; 77 for 401, 403, 407 and an untrusted server; else 69.  Returns -1.
 * what: "page 3 of ", or "".
 */
int http_policy_failure(const struct http_call *call, const char *what,
    struct err *e);

/*
 * Call number `made` (from 1) has failed, and e is filled with the failure.
 * Gives the pause in milliseconds before the next attempt, or -1 when there
 * must be none; then e says so, with code 75 if the deadline is the reason.
 */
int64_t http_policy_pause(struct http_policy *p, unsigned made,
    const struct http_call *call, struct err *e);

/* The same, and waits for that pause: 0, or -1. */
int http_policy_again(struct http_policy *p, unsigned made,
    const struct http_call *call, struct err *e);

/* Has call, whose answer is 401, had a header of authorize, and may another one
 * do?  http_policy_perform asks that by itself, once. */
bool http_policy_renew(const struct http_policy *p,
    const struct http_call *call);

/* Fills e: the deadline leaves no time for url (75).  Returns -1. */
int http_policy_too_late(const char *url, struct err *e);

#endif
