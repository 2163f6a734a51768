/*
 * representation: what the answers so far have told of one body (RFC 9110,
 * 3.2), and whether a later answer goes on with the same one.
 *
 * An answer is trusted only as far as it agrees with those before it, in
 * validator, encoding and length, and with itself.  A body ends where the
 * length of the whole says, or where an answer that brings the whole has a
 * verified end; the end of a part is the end of that part and nothing more.
 */
#ifndef FETCH_REPRESENTATION_H
#define FETCH_REPRESENTATION_H

#include <stdint.h>

#include "http/http.h"

struct representation {		/* zeroed before the first use */
	char *validator;	/* for If-Range; NULL: none that is strong */
	char *encoding;		/* Content-Encoding; NULL: none */
	int64_t length;		/* of the whole, in bytes; -1: not told yet */
};

/* A body begins with this answer, whose headers are noted; the one before is
 * forgotten.  -1: 70. */
int representation_begin(struct representation *r,
    const struct http_call *call, int64_t length, struct err *e);
void representation_free(struct representation *r);

/* "If-Range: …" for its validator, for the caller to free; NULL with 70. */
char *representation_if_range(const struct representation *r, struct err *e);

/*
 * Answers to a request for the bytes from `from` on, before `until` (-1: to the
 * end).  Each gives 0, or -1 when the answer cannot be used: 75 when the body
 * is not what it was, 69 when the answer makes no sense.
 *
 * part	a 206: *first and *end are its bytes, *first <= from < *end.  The
 *	length is noted if it was unknown
 * whole	a 2xx with all of it, from a server that does without ranges
 * none	a 416: the body ends just at `from`
 */
int representation_part(struct representation *r, const struct http_call *call,
    uint64_t from, int64_t until, uint64_t *first, uint64_t *end,
    struct err *e);
int representation_whole(struct representation *r,
    const struct http_call *call, uint64_t from, struct err *e);
int representation_none(struct representation *r,
    const struct http_call *call, uint64_t from, struct err *e);

#endif
