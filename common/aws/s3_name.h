/*
 * s3_name: an object's name, s3://bucket/key.  Pure.
 *
 * The bucket may be the ARN of an access point.  It ends at the slash after the
 * access point's name: s3://arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/KEY.
 */
#ifndef AWS_S3_NAME_H
#define AWS_S3_NAME_H

#include "base/diag.h"

struct s3_name {		/* the strings are owned */
	char *bucket;		/* or an access point's ARN */
	char *key;
};

/* Fails with 64 for anything but a bucket of letters, digits, dots, hyphens
 * and underscores, or an ARN as in access_point.h, and a key of 1 to 1024 bytes
 * of UTF-8, taken as it is. */
int s3_name_parse(struct s3_name *n, const char *url, struct err *e);

/* The same for a prefix of keys, which may be empty: s3://bucket[/prefix]. */
int s3_name_parse_prefix(struct s3_name *n, const char *url, struct err *e);
void s3_name_free(struct s3_name *n);

#endif
