/*
 * dry_run: reads and checks the input, and says what would be sent.
 */
#ifndef S3_DRY_RUN_H
#define S3_DRY_RUN_H

#include "base/diag.h"
#include "aws/creds.h"
#include "s3/parts.h"
#include "s3/s3_client.h"
#include "s3/upload.h"

struct dry_run {
	const struct s3_config *s3;
	const struct creds *creds;	/* NULL: not signed */
	const struct upload_config *upload;
	const struct part_plan *plan;
};

/*
 * Takes all parts, as an upload would, and sends nothing.  Gives one line of
 * JSON for the caller to free: {"state":"dry-run","bucket":…,"key":…,"size":…,
 * "parts":…,"part_size":…,"url":…,"region":…,"credentials":…,
 * "access_key_id":…,"checksum_algorithm":…,"headers":[…]}; parts is 0 for a
 * single request, the key id shows its last four characters, headers that are
 * secret are masked.  NULL with e: what the input lacks, 75 for a signal.
 */
char *dry_run(const struct dry_run *d, struct s3_client *s3, struct parts *parts,
    size_t *len, struct err *e);

#endif
