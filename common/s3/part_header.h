/*
 * part_header: the header that carries a part's checksum, there and back.
 */
#ifndef S3_PART_HEADER_H
#define S3_PART_HEADER_H

#include <stdbool.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/part_buffers.h"
#include "s3/s3_request.h"

enum { PART_HEADER = 40 + CHECKSUM_TEXT };

/* Writes "x-amz-checksum-…: …"; false, and "", for CHECKSUM_NONE. */
bool part_header_write(enum checksum kind, const struct part *part,
    char line[PART_HEADER]);

/* The checksum in a line that part_header_write has written. */
const char *part_header_value(const char *line);

/* Did the server note the same, if it says what it noted?  69 if not. */
int part_header_echoed(const struct s3_request *r, enum checksum kind,
    const char *line, struct err *e);

#endif
