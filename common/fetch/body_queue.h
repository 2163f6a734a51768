/*
 * body_queue: the bodies of a list of URLs, several requests side by side, written
 * in the order of the list.
 *
 * The queue has a number of lanes, which are transfers with a window each.  A
 * lane without work takes what stands first in the order of the output: the next
 * range of a large body, else the next URL.  Only the first piece in that order
 * is written; the others wait in their windows, and small ones, when they are
 * complete, outside of them, so that a body that comes slowly does not keep the
 * lanes from those after it.
 *
 *	with one lane	a body is asked for as a whole and flows through the
 *			window (transfer.h)
 *	with several	GET asks for the first range of a body; if that brings
 *			the whole body, or the server has no ranges, it is as
 *			above
 *
 * Memory: lanes windows, 0.1 MiB for each connection, one window for the small
 * ones and their URLs, 0.3 MiB for 1,024 places in the queue.
 */
#ifndef FETCH_BODY_QUEUE_H
#define FETCH_BODY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch/body_writer.h"
#include "fetch/transfer.h"
#include "http/http_policy.h"

/* Lanes at most.  Browsers open 6 connections to a server, and more than some
 * tens look like an attack; with 64 the default ranges take 256 MiB. */
enum { BODY_QUEUE_LANES = 64 };

/* Where URLs come from. */
struct body_source {
	/*
	 * Begins b with the next URL.  idle: all bodies before it have been
	 * written, so the source may write to the same output meanwhile.  1:
	 * there is one; 0: there is none any more; 2: there is one that wants
	 * idle; ask again then.  -1 with e.
	 */
	int (*next)(void *ctx, bool idle, struct body *b, struct err *e);
	/* A descriptor to poll before next can answer without waiting, or -1:
	 * it can. */
	int (*wait)(void *ctx);
	void *ctx;
};

struct body_queue_config {
	unsigned lanes;		/* 1 … BODY_QUEUE_LANES */
	size_t window;		/* bytes of each */
	size_t chunk;		/* bytes of a range; at most a window */
	bool compressed;	/* gzip is asked for, and undone: no ranges */
	bool require_length;	/* a body that cannot be verified is refused */
	bool keep_going;	/* a URL that fails is said and left out */
	bool quiet;		/* no warnings */
	bool verbose;		/* say which checksums are compared */
};

struct body_queue {
	/* set by the caller */
	struct body_queue_config config;
	struct body_source source;
	struct http_policy *policy;
	struct body_writer *writer;
	/* figures, filled by body_queue_run */
	uint64_t failed;	/* URLs left out */
	enum exit_code worst;	/* of their codes; EXIT_DONE: none */
	uint64_t resumed, resumed_at;	/* as in transfer.h */
};

/*
 * Gets all bodies of the source.  0 when they are written (but for those that
 * keep_going left out).  -1 with e: the first failure, whichever URL had it; as
 * transfer_ended and the source.  What has been written then is a correct
 * beginning.  With keep_going it is what no other URL would fare better with: a
 * failure of the writer or the source, the deadline, no memory, or a body that
 * failed after some of it was written.
 */
int body_queue_run(struct body_queue *q, struct err *e);

/* For a source that cannot use a URL: 0 if keep_going lets the run go on without
 * it; then e was said and counted, and is empty again.  Else -1. */
int body_queue_excuse(struct body_queue *q, struct err *e);

#endif
