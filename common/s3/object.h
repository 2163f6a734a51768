/*
 * object: what is stored with an object, as request headers.  Pure.
 *
 * Values are checked before anything is sent: S3 would find some of the faults
 * only when the upload is completed, hours later.
 * Source: Amazon S3 API Reference, PutObject and CreateMultipartUpload.
 */
#ifndef S3_OBJECT_H
#define S3_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Headers that an object may have: one for each option, and some thirty names of
 * metadata. */
enum { OBJECT_HEADERS = 48 };

/* The metadata by which an upload is known again (multipart.h). */
#define OBJECT_TOKEN "x-amz-meta-s3put-id"

/* Which requests carry a header. */
enum object_use {
	OBJECT_FIRST = 1,	/* PutObject and CreateMultipartUpload */
	OBJECT_LAST = 2,	/* PutObject and CompleteMultipartUpload */
	OBJECT_ALL = 4,		/* every request */
	OBJECT_BYTES = 8	/* UploadPart and HeadObject */
};

/* What --acl, --sse and --storage-class take. */
#define OBJECT_ACLS "private public-read public-read-write authenticated-read " \
	"aws-exec-read bucket-owner-read bucket-owner-full-control"
#define OBJECT_SSE "AES256 aws:kms aws:kms:dsse"
#define OBJECT_CLASSES "STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA " \
	"INTELLIGENT_TIERING GLACIER GLACIER_IR DEEP_ARCHIVE OUTPOSTS SNOW " \
	"EXPRESS_ONEZONE FSX_OPENZFS"

struct object {
	struct {
		const char *option;	/* that it comes from, a literal */
		char *text;
		int use;
	} headers[OBJECT_HEADERS];
	size_t n;
	char *tags;		/* "a=1&b=2", encoded */
};

/* The option's name without its dashes ("storage-class"), and its value.  64
 * when the value cannot be right or comes twice. */
int object_set(struct object *o, const char *option, const char *value,
    struct err *e);

/* "k=v": user metadata (at most 2 KiB in all, as they are sent, not OBJECT_TOKEN;
 * the value may be empty, and UTF-8 becomes encoded words), a tag (at most ten).
 * */
int object_add_metadata(struct object *o, const char *pair, struct err *e);
int object_add_tag(struct object *o, const char *pair, struct err *e);

/* A customer's key for encryption by S3, and its MD5, both as base64. */
int object_add_key(struct object *o, const char *key, const char *md5,
    struct err *e);

/* Call it after all options: -1 with 64 for options that exclude each other.
 * Adds what is still missing, a content type by the key's ending among it; key
 * NULL: nothing. */
int object_finish(struct object *o, const char *key, struct err *e);

/* Writes the headers of a use (or several) to list, which has room for
 * OBJECT_HEADERS; gives their number. */
size_t object_headers(const struct object *o, int use, const char **list);

void object_free(struct object *o);	/* wipes */

#endif
