/*
 * part_upload: the parts on their way to S3, several requests side by side.
 *
 * A part stays here until S3 has acknowledged it, so that a request that failed
 * is repeated from the same memory (request_queue).  One thread does all of it.
 */
#ifndef S3_PART_UPLOAD_H
#define S3_PART_UPLOAD_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "aws/checksum.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/parts.h"
#include "s3/s3_client.h"

struct part_upload_config {	/* what it points to must outlive the upload */
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
struct part_upload *part_upload_new(const struct part_upload_config *config,
    struct err *e);

/* Sends the part first, which multipart_note has noted, and all parts that come
 * after it.  When the complete end of the input has come and every part is
 * acknowledged, it gives the proof of the former; NULL with e otherwise. */
const struct complete_input *part_upload_run(struct part_upload *u,
    struct part *first, struct err *e);

/* Drops the requests under way, returns their parts (parts_return), and frees
 * all. */
void part_upload_free(struct part_upload *u);

/* A part's checksum as a header, which goes along with UploadPart and PutObject
 * and comes back with their responses. */

/* Bytes of the line: the longest name has 26. */
enum { PART_CHECKSUM = 40 + CHECKSUM_TEXT };

/* Writes "x-amz-checksum-…: …"; false, and "", for CHECKSUM_NONE. */
bool part_checksum_write(enum checksum kind, const struct part *part,
    char line[PART_CHECKSUM]);

/* The checksum in a line that part_checksum_write has written. */
const char *part_checksum_value(const char *line);

/* Did the server note the same, if it says what it noted?  69 if not. */
int part_checksum_echoed(const struct s3_request *r, enum checksum kind,
    const char *line, struct err *e);

#endif
