/*
 * run_config: what the words of a command line say to s3put, and what they leave
 * to the environment and the profile.
 */
#ifndef S3_RUN_CONFIG_H
#define S3_RUN_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/config.h"
#include "base/args.h"
#include "base/array.h"
#include "base/diag.h"
#include "s3/object.h"
#include "s3/put.h"
#include "s3/s3_client.h"

/* What s3put does: s3put(1), and an option's name each. */
enum run_mode { RUN_PUT, RUN_PREPARE, RUN_COMMIT, RUN_ABORT, RUN_SWEEP };

struct run_config {
	enum run_mode mode;
	struct s3_name name;		/* of the object, or a prefix to sweep */
	struct object object;
	struct aws_config aws;
	struct s3_config s3;		/* all but name and stop */
	struct put_config put;		/* all but s3 and creds */
	struct input_how receipts;	/* what --commit and --abort read */
	uint64_t older_than;		/* ms; 0: any */
	struct array array;		/* which task this is, with count */
	bool sharded;			/* --shard was given */
	bool job;			/* --commit and --abort: name is the
					 * prefix of a job */
	uint64_t expect;		/* --expect; 0: none */
	const char *success;		/* --success */
	struct s3_name manifest;	/* the same */
	const char *spare;		/* --receipts */
	struct s3_name spared;		/* the same */
	const char *receipt;		/* --receipt */
	char *receipt_key;		/* the same, expanded; owned */
	const char *profile;
	const char *sse_c_file;		/* or NULL */
	bool checksum;			/* --checksum was given */
	bool trailer;			/* so was what is required of the end */
	bool dry_run, no_sign, require_seal, quiet;
	bool path_style, virtual_hosted;
};

/* An option that is more than a flag, a number or a text, by its long name:
 * --checksum, --no-require-trailer, --require-trailer, --sha256, --shard, and all
 * that is stored with an object.  value is NULL where none was given.  -1 with
 * e: 64. */
int run_config_set(struct run_config *c, const char *option, char *value,
    struct err *e);

/* Call it after all options: reads the environment, the profile, certificates
 * and the key, and checks what the options mean together.  It may wait for a
 * file, so it comes before stop_open.  -1 with e: 64, or 77 for a file that
 * cannot be read. */
int run_config_finish(struct run_config *c, const struct args *a,
    struct err *e);
void run_config_free(struct run_config *c);	/* wipes */

#endif
