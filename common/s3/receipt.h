/*
 * receipt: what was stored, or prepared to be stored, as one line of JSON.
 *
 *	{"state":"stored"|"prepared","bucket":…,"key":…,"size":…,"etag":…,
 *	"version_id":…,"checksum_algorithm":…,"checksum":…,"parts":…,
 *	"upload_id":…,"attempts":…,"request_id":…,"host_id":…}
 *
 * parts is 0 for a single request; what there is none of is null.  attempts are
 * those of all requests, the ids those of the one that published.  A prepared
 * one has "token" and "etags" as well, a word for each part: with them the
 * upload can be completed by another process.
 */
#ifndef S3_RECEIPT_H
#define S3_RECEIPT_H

#include <stddef.h>

#include "aws/s3_name.h"
#include "base/io.h"
#include "s3/multipart.h"
#include "s3/stored.h"

/* Bytes in one line: 10,000 parts with ETags of 80 characters have 800 KB. */
enum { RECEIPT_MAX = 4 << 20 };

/* What --prepare left.  receipt_read alone fills one. */
struct receipt {
	struct s3_name name;
	struct multipart multipart;
};

/* The receipt of what was stored: a line, with a line feed, for the caller to
 * free; NULL: no memory. */
char *receipt_stored(const struct s3_name *name, const struct multipart *m,
    const struct stored *stored, size_t *len);

/* The receipt of what was prepared, in the same way.  Whoever has it may publish
 * the object: NULL with e (70) unless m's size is that of the complete input. */
char *receipt_prepared(const struct s3_name *name, const struct multipart *m,
    const struct complete_input *complete, size_t *len, struct err *e);

/* Reads a receipt of something prepared: anything else is refused with 65. */
int receipt_read(struct receipt *r, const char *line, size_t len,
    struct err *e);
void receipt_free(struct receipt *r);

#endif
