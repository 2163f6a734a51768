/*
 * upload_pages: a bucket's unfinished multipart uploads, page by page.
 *
 * A page is asked for from the markers of the one before it.  A server must not
 * keep us for ever: a list that comes back to where it was, however long the way
 * round, or that has more than UPLOAD_PAGES pages, is an error, and so is a key
 * that was not asked for.
 */
#ifndef S3_UPLOAD_PAGES_H
#define S3_UPLOAD_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"
#include "s3/upload_list.h"

/* Of up to 200 uploads: twenty million. */
enum { UPLOAD_PAGES = 100000 };

struct upload_mark {
	char *key, *id;		/* NULL: none */
};

struct upload_pages {
	/* set by the caller */
	struct s3_client *s3;
	const struct object *object;	/* headers for all requests */
	const char *prefix;		/* of the keys; "": all */
	/* filled */
	int64_t now;			/* the server's clock at the last page,
					 * Unix seconds */
	/* private, zeroed at first */
	struct upload_mark next;	/* where the next page begins */
	struct upload_mark before;	/* where an earlier one began */
	uint64_t pages, until;		/* pages read; when before moves on */
	bool ended, encoded;
	bool malformed;			/* the last page was */
};

/* Reads the next page into l, which the caller frees: 1; 0: there are no more;
 * -1 with e. */
int upload_pages_next(struct upload_pages *p, struct upload_list *l,
    struct err *e);
void upload_pages_end(struct upload_pages *p);

#endif
