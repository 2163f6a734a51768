/*
 * flight: the parts on their way to S3, several requests side by side.
 *
 * A part stays here until S3 has acknowledged it, so that a request that failed
 * is repeated from the same memory (volley).  One thread does all of it.
 */
#ifndef S3_PART_UPLOAD_H
#define S3_PART_UPLOAD_H

#include "base/diag.h"
#include "base/meter.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/parts.h"
#include "s3/s3_client.h"

struct part_upload_config {		/* what it points to must outlive the flight */
	struct s3_client *s3;
	struct parts *parts;
	struct multipart *multipart; /* begun before the first part is sent;
				 * acknowledged parts are noted in it */
	const struct object *object;
	struct meter *meter;	/* acknowledged bytes "out", parts as records */
	unsigned parallel;	/* requests at once, >= 1 */
};

struct part_upload;

/* NULL with e (70) without memory. */
struct part_upload *part_upload_new(const struct part_upload_config *config, struct err *e);

/* Sends the part first, which multipart_note has noted, and all parts that come
 * after it.  0 when the complete end of the input has come and every part is
 * acknowledged. */
int part_upload_run(struct part_upload *f, struct part *first, struct err *e);

/* Drops the requests under way, returns their parts (parts_return), and frees
 * all. */
void part_upload_free(struct part_upload *f);

#endif
