/*
 * target: which object the words of the command line mean.
 *
 * A bucket alone, or a key that ends in a slash, is a folder to everybody who
 * looks at it.  A file that is stored there keeps its own name, as with cp(1)
 * and other tools for S3; what has no name of its own (standard input, a
 * command, a FIFO) cannot be stored there, for browsers would show its bytes as
 * an empty folder.
 */
#ifndef S3_TARGET_H
#define S3_TARGET_H

#include <stdbool.h>

#include "aws/s3_name.h"
#include "base/diag.h"

/*
 * url is "s3://bucket/key" or a folder, file the input's operand (NULL: none).
 * marker: a key that ends in a slash is taken as it is, which makes a folder that
 * holds nothing.  64 for what is no name.
 */
int target_parse(struct s3_name *name, const char *url, const char *file,
    bool marker, struct err *e);

#endif
