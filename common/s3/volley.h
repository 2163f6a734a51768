/*
 * volley: requests to S3 side by side, each repeated until it is done or has
 * failed for good.
 *
 * A server that says it is busy gets fewer at once (pace).  The requests are
 * the caller's; one thread does all of it.
 */
#ifndef S3_VOLLEY_H
#define S3_VOLLEY_H

#include <poll.h>
#include <stdbool.h>

#include "base/diag.h"
#include "s3/s3.h"

struct volley;

/* At most most (>= 1) requests at a time; NULL with e (70) without memory. */
struct volley *volley_new(struct s3 *s3, unsigned most, struct err *e);
void volley_free(struct volley *v);	/* the requests are not touched */

/* May one more be started? */
bool volley_free_place(const struct volley *v);

/* Requests that have been started and have not ended. */
unsigned volley_count(const struct volley *v);

/* Starts one, when there is a free place; it must stay where it is until it has
 * ended.  -1 as s3_start: then it has ended. */
int volley_start(struct volley *v, struct s3_request *r, struct err *e);

enum volley_event {
	VOLLEY_NONE,		/* nothing has ended, but it was time to look */
	VOLLEY_DONE,		/* *r was carried out: read it, s3_clear it */
	VOLLEY_FAILED,		/* *r was not, e says why; s3_clear it */
	VOLLEY_OVER		/* e: a signal came, or the deadline ran out */
};

/* Repeats what has waited long enough, then waits for the next event, or until
 * extra (NULL: none) is ready. */
enum volley_event volley_wait(struct volley *v, struct pollfd *extra,
    struct s3_request **r, struct err *e);

#endif
