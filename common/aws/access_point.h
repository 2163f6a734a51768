/*
 * access_point: the ARN of an S3 access point, which stands for a bucket.  Pure.
 *
 *	arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME	or …:accesspoint:NAME
 *
 * Other ARNs are refused by name: an access point of several regions takes
 * another signature (SigV4A), those of Outposts, of directory buckets and of
 * Object Lambda are other services.
 * Source: Amazon S3 User Guide, "Referencing access points"; botocore, utils.py,
 * S3EndpointSetter.
 */
#ifndef AWS_ACCESS_POINT_H
#define AWS_ACCESS_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct access_point {
	char host[64];		/* "NAME-ACCOUNT", the label of its host */
	char region[64];
};

/* Is this bucket an ARN? */
bool access_point_is(const char *bucket);

/* The length of the ARN that text begins with: it ends at the slash after the
 * access point's name, or with the text. */
size_t access_point_length(const char *text);

/* Reads an ARN of len bytes; -1 with e: 64. */
int access_point_parse(struct access_point *p, const char *arn, size_t len,
    struct err *e);

#endif
