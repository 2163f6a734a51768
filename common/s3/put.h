/*
 * put: one input becomes one object on S3, or a prepared upload, or nothing.
 *
 * All that takes, in its order: a plan of parts, a client, the input and what
 * it must be, threads that read and hash it, the upload, its receipt.
 *
 * Memory: the budget, for parts, and what libcurl takes for each connection.
 */
#ifndef S3_PUT_H
#define S3_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "aws/creds.h"
#include "s3/part_plan.h"
#include "s3/parts.h"
#include "s3/s3_client.h"
#include "s3/upload.h"
#include "s3/verify.h"

struct put_config {		/* what it points to must outlive the put */
	struct s3_config s3;
	struct creds *creds;	/* NULL: not signed */
	struct input_how input;	/* its stop descriptor is s3's */
	struct verify_config verify;
	struct upload_config upload;
	uint64_t memory;	/* budget in bytes */
	uint64_t part_size;	/* 0: as the plan likes */
	bool fixed;		/* all parts of that size */
	bool quiet;		/* no receipt of what was stored */
	char *receipt;		/* the key on S3 of the receipt of what is
				 * prepared; NULL: it goes to standard output */
	uint64_t index;		/* the task's, for that receipt */
};

struct put {			/* private; zeroed before put_open */
	struct put_config config;
	struct meter *meter;
	struct input in;
	struct verify verify;
	struct part_plan plan;
	struct receipt_object receipt;
	struct s3_client *s3;
	struct parts *parts;
	struct upload *upload;
	bool open;
};

/* Begins to read, once nothing is wrong with the command.  meter counts bytes
 * and parts.  put_close is needed after an error, too. */
int put_open(struct put *p, const struct put_config *config,
    struct meter *meter, struct err *e);

/*
 * Stores the whole input, or prepares it, and ends out with the receipt.  -1
 * with e: as upload.h says; when the object is there but its receipt cannot be
 * written, e says so.  A prepared upload without a receipt is not kept.
 */
int put_run(struct put *p, struct output *out, struct err *e);

/* Instead of put_run: reads all, sends nothing, and ends out with a line that
 * says what would be stored, and how (dry_run). */
int put_rehearse(struct put *p, struct output *out, struct err *e);

/* After a failure: is it not known whether the object was stored? */
bool put_unknown(const struct put *p);

/* After a failure: undoes what was begun, within ten seconds, and says by
 * diag_say what could not be undone. */
void put_undo(struct put *p);

/* Stops the threads and frees all; a zeroed put is fine.  False: the reader
 * hangs, and the process can only end (parts_stop). */
bool put_close(struct put *p);

#endif
