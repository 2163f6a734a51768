/*
 * run: one run of s3put, from what it was told to its exit code.
 */
#ifndef S3_RUN_H
#define S3_RUN_H

#include <stdbool.h>

#include "aws/creds.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/stop.h"
#include "s3/put.h"
#include "s3/run_config.h"
#include "s3/s3_client.h"

struct run {			/* private; begins as RUN_BEGIN */
	const struct run_config *config;
	struct output out;
	struct stop stop;
	struct creds *creds;
	struct s3_config s3;
	struct put put;
	struct meter *meter;
	bool unknown;		/* an object may be stored, or not */
};

#define RUN_BEGIN(run_config, run_meter) { .config = run_config, \
	.meter = run_meter, .out.fd = 1, .stop.fd = -1 }

/* Does all that is to be done, up to the sealed receipt; -1 with e. */
int run_all(struct run *r, struct err *e);

/* Call it after run_all.  Reports e unless all was well (good), undoes what was
 * begun, frees all, and gives the exit code.  *hangs becomes true when a thread
 * cannot be stopped: then the process must end without freeing anything. */
int run_end(struct run *r, bool good, const struct err *e, bool *hangs);

#endif
