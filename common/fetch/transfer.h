/*
 * transfer: one body from the network into a writer, each byte exactly once,
 * however often the connection breaks.
 *
 * Only the body of a 2xx answer is passed on.  Nothing leaves the first window
 * before it is full or the body is complete, so a body that fits it is all or
 * nothing and can be read anew after any failure.  A larger one is continued
 * after the last byte, with Range and If-Range against a strong validator;
 * where the server answers with the whole of it, the known part is skipped if
 * validator and length agree.  A body that has changed, or has no strong
 * validator, is an error once a byte has left: never a splice.
 *
 * Memory: the window.
 */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/window.h"
#include "fetch/representation.h"
#include "http/http_policy.h"
#include "fetch/body_writer.h"

struct transfer {
	/* set by the caller */
	struct http_policy *policy;
	struct body_writer *writer;
	struct window *window;	/* initialized and empty; lent */
	const char *url;	/* the policy has begun with it */
	bool compressed;	/* gzip is asked for, the writer decodes it */
	bool require_length;	/* a body that cannot be verified is refused */
	/* filled */
	bool verified;		/* the end of the body was certain: a length, a
				 * 416 or chunks told it */
	uint64_t resumed;	/* times that the body was continued */
	uint64_t resumed_at;	/* where, the last time */
	/* private */
	struct representation body;
	uint64_t have;		/* bytes of it that went into the window */
	uint64_t written;	/* and of these, into the writer */
	/* of the answer that comes now */
	bool continued;		/* the request was for the bytes from have on */
	uint64_t skip;		/* bytes of it that were received before */
	uint64_t end;		/* byte of the body where the answer ends */
	bool wanted;		/* it brings a part of the body */
	bool complete;		/* it is a 416: have is all there is */
	uint64_t discarded;	/* bytes of an unwanted body */
	bool failed;
	struct err err;		/* for failed */
};

/*
 * 0 when the whole body is in the writer.  Else -1: as http_policy_failure; 75
 * when the body changed in the middle, or the deadline came; or the writer's
 * code.
 */
int transfer_run(struct transfer *t, struct err *e);

#endif
