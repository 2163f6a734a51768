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
 *
 * A task of an array leaves its receipts on S3 (receipt_object.h), with the
 * task's number as "index".  One whose input was empty says "nothing"; and while
 * an upload is under way, "begun" says that it is there:
 *
 *	{"state":"nothing","index":…}
 *	{"state":"begun","index":…,"bucket":…,"key":…,"token":…,"upload_id":…}
 */
#ifndef S3_RECEIPT_H
#define S3_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/s3_name.h"
#include "base/io.h"
#include "s3/multipart.h"
#include "s3/stored.h"

/* Bytes in one line: 10,000 parts with ETags of 80 characters have 800 KB. */
enum { RECEIPT_MAX = 4 << 20 };

enum receipt_state { RECEIPT_PREPARED, RECEIPT_NOTHING, RECEIPT_BEGUN };

/* What --prepare left.  receipt_read alone fills one. */
struct receipt {
	enum receipt_state state;
	bool indexed;			/* it has an index */
	uint64_t index;
	struct s3_name name;		/* NULLs for RECEIPT_NOTHING */
	struct multipart multipart;	/* for RECEIPT_BEGUN id and token */
};

/* The receipt of what was stored: a line, with a line feed, for the caller to
 * free; NULL: no memory. */
char *receipt_stored(const struct s3_name *name, const struct multipart *m,
    const struct stored *stored, size_t *len);

/* The receipt of what was prepared, in the same way; index NULL: none.  Whoever
 * has it may publish the object: NULL with e (70) unless m's size is that of the
 * complete input. */
char *receipt_prepared(const struct s3_name *name, const struct multipart *m,
    const struct complete_input *complete, const uint64_t *index, size_t *len,
    struct err *e);

/* What stands on S3 for an empty input, which complete must be, and for an
 * upload that has begun. */
char *receipt_nothing(const struct complete_input *complete, uint64_t index,
    size_t *len, struct err *e);
char *receipt_begun(const struct s3_name *name, const struct multipart *m,
    uint64_t index, size_t *len, struct err *e);

/* Reads any of the three: anything else is refused with 65. */
int receipt_read(struct receipt *r, const char *line, size_t len,
    struct err *e);
void receipt_free(struct receipt *r);

#endif
