/*
 * upload: parts of an input become one object, or none.
 *
 * An input that fits into one part goes up in a single PutObject, a longer one
 * as a multipart upload, several parts side by side.  Nothing is published
 * before the input was read to its complete end; upload_publish is a step of
 * its own, which the caller takes, and upload_abort is the other one.
 */
#ifndef NETWORK_UPLOAD_H
#define NETWORK_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/meter.h"
#include "network/parts.h"
#include "network/s3.h"

struct upload_config {
	unsigned parallel;	/* requests side by side, >= 1 */
	bool allow_empty;	/* an empty input becomes an empty object */
};

struct upload;

/* What there is to say about an upload.  The strings are the upload's. */
struct upload_result {
	uint64_t size;		/* bytes */
	unsigned parts;		/* 0: a single PutObject */
	const char *etag;	/* with its quotes; NULL before publication */
	const char *version;	/* NULL: the bucket keeps none */
	const char *upload_id;	/* NULL: no multipart upload was begun */
	bool left;		/* it is still there: neither completed nor
				 * aborted */
};

/* meter counts the acknowledged bytes as "out" and the parts as records. */
struct upload *upload_new(struct s3 *s3, struct parts *parts,
    const struct upload_config *config, struct meter *meter, struct err *e);
void upload_free(struct upload *u);

/*
 * Sends all parts and waits for the complete end of the input.  65 when it is
 * empty.  Nothing is published: a single part is only held.
 */
int upload_send(struct upload *u, struct err *e);

/* Puts the single part, or completes the multipart upload. */
int upload_publish(struct upload *u, struct err *e);

/*
 * Drops what is under way and aborts the multipart upload, if one was begun,
 * within ten seconds; a signal that comes meanwhile ends that, too.  0 when
 * nothing is left behind.  Parts go back to their thread.
 */
int upload_abort(struct upload *u, struct err *e);

struct upload_result upload_result(const struct upload *u);

#endif
