/*
 * upload: parts of an input become one object, or none.
 *
 * An input that fits into one part goes up in a single PutObject, a longer one
 * as a multipart upload, several parts side by side.  upload_send reads the
 * input to its complete end and publishes nothing.  After it the caller takes
 * one of three steps: upload_publish, upload_prepare or upload_abort.
 */
#ifndef S3_UPLOAD_H
#define S3_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/meter.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/parts.h"
#include "s3/receipt_object.h"
#include "s3/s3_client.h"

struct upload_config {
	unsigned parallel;	/* requests side by side, >= 1 */
	bool allow_empty;	/* an empty input becomes an empty object */
	bool prepare;		/* always multipart; upload_publish is not
				 * called by this process */
	const struct receipt_object *receipt; /* where the prepared upload
				 * leaves its receipt on S3; NULL: nowhere */
	enum checksum kind;	/* the parts' */
	const struct object *object; /* NULL: nothing special */
};

struct upload;

/* What there is to say about an upload.  The pointers are the upload's. */
struct upload_result {
	const struct multipart *multipart; /* id NULL: none was begun */
	const struct complete_input *complete; /* NULL: the input has not been
					 * read to its complete end */
	const struct stored *stored;	/* etag NULL before publication */
	bool left;			/* the multipart upload is still there:
					 * neither completed nor aborted */
};

/* meter counts the acknowledged bytes as "out" and the parts as records. */
struct upload *upload_new(struct s3_client *s3, struct parts *parts,
    const struct upload_config *config, struct meter *meter, struct err *e);
void upload_free(struct upload *u);

/* Instead of publishing: the parts are reviewed and stay where they are, for
 * the receipt to be committed or aborted later. */
int upload_prepare(struct upload *u, struct err *e);

/* Keeps a multipart upload from being aborted: its receipt was given. */
void upload_keep(struct upload *u);

/* After upload_prepare: leaves the receipt on S3 (config.receipt). */
int upload_give_receipt(struct upload *u, struct err *e);

/*
 * Sends all parts and waits for the complete end of the input.  65 when it is
 * empty.  Nothing is published: a single part is only held.
 */
int upload_send(struct upload *u, struct err *e);

/* Puts the single part, or completes the multipart upload, after upload_send.  75
 * when it cannot be found out whether that was done. */
int upload_publish(struct upload *u, struct err *e);

/*
 * Drops what is under way and aborts the multipart upload, if one was begun,
 * within ten seconds; a signal that comes meanwhile ends that, too.  0 when
 * nothing is left behind.  Parts go back to their thread.
 */
int upload_abort(struct upload *u, struct err *e);

struct upload_result upload_result(const struct upload *u);

#endif
