/*
 * spared: the uploads that the jobs below a prefix need yet, so that a sweep of
 * old ones leaves them.
 *
 * Those are all that a receipt, a plan, or an object that says "begun" names
 * (receipt_object.h).  The latter are written before the first part is sent, so
 * an upload that is not in the list when it is read has begun since, and is not
 * old.
 */
#ifndef S3_SPARED_H
#define S3_SPARED_H

#include <stdbool.h>

#include "base/diag.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct spared {
	void *ids;		/* a tree of tsearch(3) */
};

/* Reads all objects below the prefix in the client's bucket; what is no receipt
 * names nothing.  -1 with e when one cannot be read: then nothing is known. */
int spared_read(struct spared *s, struct s3_client *s3,
    const struct object *object, const char *prefix, unsigned parallel,
    struct err *e);
bool spared_has(const struct spared *s, const char *id);
void spared_free(struct spared *s);	/* a zeroed one is fine */

#endif
