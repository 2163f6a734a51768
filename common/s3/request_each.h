/*
 * request_each: for each of many items a chain of requests to S3, many items side
 * by side.
 *
 * The requests of one item follow each other; those of different items do not
 * wait for each other.  Connections are kept from one to the next.
 */
#ifndef S3_REQUEST_EACH_H
#define S3_REQUEST_EACH_H

#include <stddef.h>

#include "base/diag.h"
#include "s3/request_queue.h"

struct request_each {
	struct s3_client *s3;
	unsigned parallel;	/* items at once, >= 1 */
	size_t n;		/* items */
	size_t own;		/* bytes that the caller has for an item under
				 * way, zeroed at first */
	void *ctx;
	/* The first request of an item: 1; 0: there is none to be made; -1 with
	 * e ends everything.  headers has room for the request's. */
	int (*begin)(void *ctx, size_t item, void *own, const char **headers,
	    struct s3_request *first, struct err *e);
	/* One has ended; why NULL: it was carried out, else why not.  1 with the
	 * next one of the item; 0: the item is done; -1 with e ends
	 * everything. */
	int (*ended)(void *ctx, size_t item, void *own, const char **headers,
	    const struct s3_request *r, const struct err *why,
	    struct s3_request *next, struct err *e);
	/* Frees what own holds, when the item is done or dropped. */
	void (*drop)(void *own);
};

/* -1 with e: a callback's, no memory, or 75 for a signal or the deadline. */
int request_each_run(const struct request_each *each, struct err *e);

#endif
