/*
 * transfer: some bytes of one body, from the network into a window, each exactly
 * once, however often the connection breaks.
 *
 * A transfer neither waits nor decides who goes first: body_queue starts its
 * requests, and tells it when all bytes before its own have been written
 * (`leads`).  There are three kinds:
 *
 *	whole	the body, however long it is.  Only the body of a 2xx answer is
 *		taken.  Nothing leaves the window before the window is full or
 *		the body is complete, so a body that fits it is all or nothing
 *		and can be read anew after any failure.  A larger one flows on
 *		to the writer, or is paused until it leads; where it breaks, it
 *		is continued after the last byte, with Range and If-Range
 *		against a strong validator; where the server answers with the
 *		whole of it, the known part is skipped if validator and length
 *		agree.  A body that has changed, or has no strong validator, is
 *		an error once a byte has left: never a splice
 *	probe	the first bytes, asked for as a range.  If the answer is a 206
 *		with the length of the whole and a strong validator, this
 *		becomes a range, and body.ranged says that others may be asked
 *		for; in all other cases it becomes a whole
 *	range	size bytes from first on, under the validator.  All of them stay
 *		in the window
 *
 * An object on S3 (s3_object.h) is asked for as a whole.  If it is larger than
 * `split`, what the answer brings becomes the first range as soon as its head is
 * here, and the call is dropped after the last byte of that: so a small object
 * takes one request, and the checksum of a large one is known from the first.
 *
 * Memory: the window.
 */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/window.h"
#include "fetch/body_writer.h"
#include "fetch/representation.h"
#include "fetch/s3_object.h"
#include "http/http_policy.h"

/* What is known of a URL's body, shared by its transfers. */
struct body {
	char *url;		/* owned */
	struct s3_object *object; /* what it is on S3; owned; NULL: HTTP */
	struct http_visit visit;
	struct representation is;
	bool encoded;		/* the writer decodes it */
	bool ranged;		/* its ranges can be had side by side */
	uint64_t next;		/* of these, the first byte that no transfer
				 * has been given; the probe sets it */
	bool begun;		/* body_writer_begin was called for it */
	bool unverified;	/* its end was not certain: no length, no 416 and
				 * no chunks told it */
	uint64_t written;	/* bytes of it that the writer has */
};

/* Takes url and object over. */
void body_begin(struct body *b, char *url, struct s3_object *object);
void body_free(struct body *b);

/* Its URL for a message, without secrets. */
void body_show(const struct body *b, char *shown, size_t size);

/* Begins to write the body, unless it has begun; call it as soon as the head of
 * its answer is there and all bodies before are written.  -1 with 65 if its
 * length exceeds the writer's limit, 70. */
int body_write_begin(struct body *b, struct body_writer *w, struct err *e);

/* The next bytes of it, and its end; -1 with the writer's error, or 65 when the
 * checksum that S3 keeps is another. */
int body_write(struct body *b, struct body_writer *w, const void *data,
    size_t len, struct err *e);
int body_write_end(struct body *b, struct body_writer *w, struct err *e);

enum transfer_kind { TRANSFER_WHOLE, TRANSFER_PROBE, TRANSFER_RANGE };

struct transfer {
	/* set by the caller once */
	struct http_policy *policy;
	struct body_writer *writer;
	bool compressed;	/* gzip is asked for */
	bool require_length;	/* a body that cannot be verified is refused */
	struct window window;	/* initialized */
	/* figures */
	uint64_t resumed;	/* times that a body was continued */
	uint64_t resumed_at;	/* where, the last time */
	/* what transfer_begin was told */
	struct body *body;
	enum transfer_kind kind;
	uint64_t first, size;	/* of a range; size of a probe */
	uint64_t split;		/* see above; 0: never */
	bool leads;
	/* filled */
	struct http_call call;	/* its ctx is the transfer */
	bool local;		/* it failed at the writer, not at the server */
	/* private */
	uint64_t have;		/* bytes that came, those written included */
	uint64_t furthest;	/* that any attempt has come to */
	unsigned made;		/* attempts without getting on */
	bool moved;		/* call is ready for where a redirect leads */
	bool renewed;		/* 401 was answered by another authorization */
	/* of the answer that comes now */
	bool continued;		/* the request was for the bytes from have on */
	uint64_t skip;		/* bytes of it that were received before */
	uint64_t end;		/* byte of the body where the answer ends */
	bool wanted;		/* it brings a part of the body */
	bool complete;		/* it is a 416: have is all there is */
	bool unfit;		/* it is no answer to a probe */
	uint64_t discarded;	/* bytes of an unwanted body */
	bool failed;
	struct err err;		/* for failed */
	/* of its request */
	char range[64];
	char *if_range;		/* or If-Match */
	struct s3_attempt attempt;
	const char *headers[HTTP_POLICY_HEADERS + HTTP_POLICY_OWN];
};

/* Begins with other bytes; the window is emptied. */
void transfer_begin(struct transfer *t, struct body *b,
    enum transfer_kind kind, uint64_t first, uint64_t size);

/* Starts the next request; -1 as http_start. */
int transfer_start(struct transfer *t, struct err *e);

enum transfer_verdict {
	TRANSFER_DONE,		/* all bytes are there */
	TRANSFER_AGAIN,		/* start it again, after a pause */
	TRANSFER_FAILED		/* with e */
};

/*
 * Looks at the request that has ended; *pause is how long to wait in ms, 0 after
 * a redirect.  The error is as in http_policy_failure; 75 when the body changed
 * in the middle, or the deadline came; or the writer's.
 */
enum transfer_verdict transfer_ended(struct transfer *t, int64_t *pause,
    struct err *e);

/* All bytes before these have been written: a whole that was paused goes on.
 * -1 with the writer's error. */
int transfer_lead(struct transfer *t, struct err *e);

/* Writes what is left in the window of a transfer that leads and is done. */
int transfer_flush(struct transfer *t, struct err *e);

/* Drops the request under way, if there is one. */
void transfer_drop(struct transfer *t);

#endif
