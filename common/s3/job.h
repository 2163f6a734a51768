/*
 * job: the objects that the tasks of an array have prepared appear as a whole,
 * or are dropped, with nothing shared between the tasks but the bucket.
 *
 * What the tasks leave stands in receipt_object.h.  A commit goes so:
 *
 *	1. The manifest is looked at.  If it is this job's, all is done, unless
 *	   all tasks have prepared again: that is another run, which must not
 *	   get lost.
 *	2. The plan with the highest number is read.  Where there is none, the
 *	   receipts are: one of each task there must be, and none two for one key.
 *	   Each upload is looked at, part by part.  Then the receipts become plan
 *	   number 1, written with If-None-Match: whoever comes second takes the
 *	   plan of who came first.
 *	3. If the manifest is there now, all is done.
 *	4. What the plan names is published, side by side.  An upload that is gone
 *	   may be published already: the object's token tells.
 *	5. The manifest is written, with If-None-Match.
 *	6. Uploads that the plan does not name are aborted; receipts, then plans
 *	   are deleted.
 *
 * So all commits of a job publish the same uploads, whatever tasks do meanwhile,
 * and each may be killed anywhere and be run again.  A receipt that comes after
 * the plan, from a task that was thought dead, changes nothing.  Step 3 keeps a
 * commit that slept since step 1 from making a plan of such receipts when all
 * others have been deleted.
 *
 * An upload of a plan can be gone without being published: somebody else has
 * aborted it.  Then, when all others of the plan have an end, too, and the task
 * has left another receipt, the next number becomes the plan.  No commit that
 * still follows the former can publish anything any more.
 *
 * All of this needs a service that reads what was written last, and knows
 * If-None-Match; whether it knows that is tried, and said when it does not.
 * t/helper/commit-model.c goes through all orders of these steps.
 */
#ifndef S3_JOB_H
#define S3_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/creds.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct job_config {
	struct s3_config s3;		/* its name is bucket and prefix */
	struct creds *creds;		/* NULL: not signed */
	const struct object *object;	/* headers for requests */
	uint64_t expect;		/* tasks */
	const char *success;		/* the manifest's key; NULL: none */
	uint64_t memory;		/* bytes, half of them for receipts */
	unsigned parallel;		/* requests at once, >= 1 */
	struct output *out;		/* the manifest, too; NULL: not */
	struct meter *meter;		/* counts objects or uploads as records */
};

/*
 * Publishes what all tasks have prepared.  0: all of it is published, and the
 * manifest there.  -1 with e, and no manifest of this job: 79 when receipts are
 * missing, 65 when they contradict each other, 69 when an upload is gone, 73 when
 * there is the manifest of another job or run; else it may be run again.
 *
 * The manifest has a line of JSON for each object: {"key":…,"size":…,"etag":…,
 * "checksum_algorithm":…,"checksum":…,"version_id":…}.
 */
int job_commit(const struct job_config *config, struct err *e);

/* Aborts all uploads of the job, and deletes what its tasks have left.  -1 with
 * e: 69 when something was published already, or could not be aborted. */
int job_abort(const struct job_config *config, struct err *e);

#endif
