/*
 * volley: requests to S3 side by side, each repeated until it is done or has
 * failed for good.
 *
 * A server that says it is busy gets fewer at once (pace).  The requests are
 * the caller's; one thread does all of it.
 */
#ifndef S3_REQUEST_QUEUE_H
#define S3_REQUEST_QUEUE_H

#include <poll.h>
#include <stdbool.h>

#include "base/diag.h"
#include "s3/s3_client.h"

struct request_queue;

/* At most most (>= 1) requests at a time; NULL with e (70) without memory. */
struct request_queue *request_queue_new(struct s3_client *s3, unsigned most, struct err *e);
void request_queue_free(struct request_queue *v);	/* the requests are not touched */

/* May one more be started? */
bool request_queue_free_place(const struct request_queue *v);

/* Requests that have been started and have not ended. */
unsigned request_queue_count(const struct request_queue *v);

/* Starts one, when there is a free place; it must stay where it is until it has
 * ended.  -1 as s3_start: then it has ended. */
int request_queue_start(struct request_queue *v, struct s3_request *r, struct err *e);

enum queue_event {
	QUEUE_NONE,		/* nothing has ended, but it was time to look */
	QUEUE_DONE,		/* *r was carried out: read it, s3_clear it */
	QUEUE_FAILED,		/* *r was not, e says why; s3_clear it */
	QUEUE_OVER		/* e: a signal came, or the deadline ran out */
};

/* Repeats what has waited long enough, then waits for the next event, or until
 * extra (NULL: none) is ready. */
enum queue_event request_queue_wait(struct request_queue *v, struct pollfd *extra,
    struct s3_request **r, struct err *e);

#endif
