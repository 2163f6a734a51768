/*
 * commit: receipts of --prepare are committed, or their uploads aborted.
 */
#ifndef S3_COMMIT_H
#define S3_COMMIT_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/io.h"
#include "aws/creds.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct commit {
	struct s3_config s3;		/* all but name */
	struct creds *creds;
	const struct object *object;	/* conditions and the like */
	bool commit;			/* false: abort */
	struct output *receipts;	/* of what was stored; NULL: none */
};

/*
 * Reads receipts from in, one a line, and publishes or drops each.  All are read
 * and checked before the first is; one that fails does not keep the others
 * from being tried.  e is the first failure, and says how many there were;
 * *unknown, if it is not known of one whether it was stored.
 */
int commit_run(const struct commit *p, struct input *in,
    bool *unknown, struct err *e);

#endif
