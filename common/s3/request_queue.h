/*
 * request_queue: requests to S3 side by side, each repeated until it is done or
 * has failed for good.
 *
 * The queue has a fixed number of places.  Whoever has something to send takes a
 * place, fills in its request, starts it, and gives the place back when it has
 * read the response:
 *
 *	request_queue_place() -> request_queue_start() -> request_queue_wait()
 *	-> request_queue_release()
 *
 * A server that says it is busy gets fewer requests at once (struct aimd).  One
 * thread does all of it.
 */
#ifndef S3_REQUEST_QUEUE_H
#define S3_REQUEST_QUEUE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct request_queue;

/* Headers that a request may have besides an object's: checksums, a token. */
enum { REQUEST_MORE = 8 };

/* A place that is taken, and stays where it is until it is released. */
struct request_place {
	struct s3_request request;	/* filled in by who took it */
	const char *headers[OBJECT_HEADERS + REQUEST_MORE]; /* room for the
				 * request's */
	void *own;			/* what else it holds, as many bytes as
					 * request_queue_new was told, zeroed */
};

/* At most most (>= 1) requests at a time, own bytes for the caller with each.
 * NULL with e (70) without memory. */
struct request_queue *request_queue_new(struct s3_client *s3, unsigned most,
    size_t own, struct err *e);

/* Every place must have been released. */
void request_queue_free(struct request_queue *q);

/* A place that the caller now has, or NULL: none is free, or the server is busy,
 * and no more may run. */
struct request_place *request_queue_place(struct request_queue *q);

/* Would request_queue_place give one? */
bool request_queue_has_place(const struct request_queue *q);

/* Any place that is taken, or NULL: for who gives all of them back. */
struct request_place *request_queue_taken(struct request_queue *q);

/* Starts its request.  -1 as s3_start: then it has ended. */
int request_queue_start(struct request_queue *q, struct request_place *p,
    struct err *e);

/* Drops the request if it is under way, frees what it holds (s3_clear), and
 * gives the place back. */
void request_queue_release(struct request_queue *q, struct request_place *p);

enum queue_event {
	QUEUE_NONE,		/* nothing has ended, but it was time to look */
	QUEUE_DONE,		/* the request of *p was carried out */
	QUEUE_FAILED,		/* it was not, e says why */
	QUEUE_OVER		/* e: a signal came, or the deadline ran out */
};

/* Repeats what has waited long enough, then waits for the next event, or until
 * extra (NULL: none) is ready.  After DONE and FAILED the place is to be
 * released. */
enum queue_event request_queue_wait(struct request_queue *q,
    struct pollfd *extra, struct request_place **p, struct err *e);

/*
 * How many requests may run at once with a server that can be busy.  Pure.
 *
 * Additive increase, multiplicative decrease, as TCP does it: an answer that
 * says "slow down" halves the number, down to one; each round of good answers
 * adds one, up to the most.  Requests that were already under way at a cut
 * may be refused as well, but say nothing new: they do not cut again.
 */
struct aimd {
	unsigned most;
	unsigned thousandths;	/* of a request */
	int64_t cut_at;		/* monotonic ms of the last cut; 0: none */
};

/* Begins with the most, >= 1 and <= 1,000,000. */
void aimd_begin(struct aimd *a, unsigned most);

/* Requests that may run, 1 to the most. */
unsigned aimd_allows(const struct aimd *a);

/* Call it when a request was answered without "slow down". */
void aimd_good(struct aimd *a);

/* Call it when a request that began at `started` was answered "slow down". */
void aimd_busy(struct aimd *a, int64_t started, int64_t now);

#endif
