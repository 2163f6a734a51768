/*
 * abort_stale: multipart uploads that nobody will finish are found and aborted.
 *
 * What SIGKILL or a lost machine leaves behind is no object, but it is paid
 * for.  The uploads below a prefix are listed, page by page, and those that
 * began long enough ago, by the server's clock, are aborted.
 */
#ifndef S3_ABORT_STALE_H
#define S3_ABORT_STALE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "aws/creds.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct abort_stale {
	struct s3_config s3;		/* its name is bucket and prefix */
	struct creds *creds;		/* NULL: not signed */
	const struct object *object;	/* headers for all requests */
	int64_t older_than;		/* seconds */
	const char *receipts;		/* uploads that jobs below this prefix
					 * need are left (spared.h); NULL: none */
	unsigned parallel;		/* requests at once, >= 1 */
	bool dry_run;			/* only list them */
	struct output *out;		/* a line of JSON for each; NULL: none */
	struct meter *meter;		/* counts what was aborted as records */
};

/*
 * One line for each old upload, as they end: {"state":"aborted"|"gone"|"stale"|
 * "failed","bucket":…,"key":…,"upload_id":…,"initiated":…,"age_seconds":…}; gone
 * when it was not there any more, stale with dry_run; failed has "error".  One
 * that fails does not keep the others from being tried; e is the first failure,
 * and says how many there were.
 */
int abort_stale_run(const struct abort_stale *w, struct err *e);

#endif
