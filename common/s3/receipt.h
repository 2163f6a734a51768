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
#include "s3/multipart.h"
#include "s3/stored.h"

enum { RECEIPT_MAX = 4 << 20 };	/* bytes in one line */

/* The line, with a line feed, for the caller to free; NULL: no memory.  stored
 * NULL: prepared. */
char *receipt_write(const struct s3_name *name, const struct multipart *m,
    const struct stored *stored, size_t *len);

/* Reads a receipt of something prepared: anything else is refused with 65.
 * Fills name and m, which the caller frees. */
int receipt_read(const char *line, size_t len, struct s3_name *name,
    struct multipart *m, struct err *e);

#endif
