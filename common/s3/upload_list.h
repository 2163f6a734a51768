/*
 * upload_list: one page of a bucket's unfinished multipart uploads.  Pure.
 *
 * Keys are decoded if the page says that they are encoded
 * (EncodingType: url, which is how to ask for those that XML 1.0 cannot hold).
 * Source: Amazon S3 API Reference, ListMultipartUploads.
 */
#ifndef S3_UPLOAD_LIST_H
#define S3_UPLOAD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct pending_upload {
	char *key;		/* decoded */
	char *id;
	char *initiated;	/* as it was written */
	int64_t began;		/* Unix seconds */
};

struct upload_list {
	struct pending_upload *uploads;
	size_t n;
	bool encoded;		/* the keys were */
	bool more;		/* another page follows, after these: */
	char *key_marker, *id_marker;	/* NULL: none were given */
};

/* Reads a ListMultipartUploadsResult.  -1 with e: 69 for anything else, an
 * upload that lacks a member, a key that is not UTF-8, a list of which it is not
 * known whether it ends here; 70 without memory. */
int upload_list_read(struct upload_list *l, const void *xml, size_t len,
    struct err *e);
void upload_list_free(struct upload_list *l);

#endif
