/*
 * multipart: a multipart upload: its id, its parts, and the proof that those
 * that S3 has acknowledged are the input.  Pure.
 *
 * multipart_request begins and drops one, part_upload sends its parts, publish
 * completes it.  Before that the acknowledged parts are reviewed: none missing,
 * their sizes and CRCs together those of the input.
 */
#ifndef S3_MULTIPART_H
#define S3_MULTIPART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "aws/checksum.h"
#include "s3/part_buffers.h"
#include "s3/stored.h"

/* Bytes, the longest that are taken.  S3's ETags have 34, others 66 (a SHA-256);
 * its ids have some 130.  Ten thousand ETags are kept, and an id must fit into a
 * message. */
enum { MULTIPART_ETAG = 80, MULTIPART_ID = 512 };

/* One acknowledged part. */
struct multipart_part {
	char *etag;
	uint64_t size;
	uint64_t crc;			/* for CRCs */
	uint8_t sha256[SHA256_SIZE];	/* for CHECKSUM_SHA256 */
};

struct multipart {
	char *id;			/* upload id; NULL: not begun */
	char token[TOKEN_TEXT];
	enum checksum kind;
	struct multipart_part *parts;	/* count, in order */
	unsigned count, room;
	uint64_t size;			/* of all parts noted */
	uint64_t crc;			/* of the whole input, for CRCs */
	char checksum[CHECKSUM_TEXT];	/* of the whole, by multipart_review or
					 * from a receipt; "" for none */
};

/* Makes room for part number (from 1), so that it can be acknowledged. */
int multipart_reserve(struct multipart *m, unsigned number, struct err *e);

/* Notes a part that will be sent; m->size grows by it. */
int multipart_note(struct multipart *m, struct part *part, struct err *e);

/* Notes the ETag with which S3 acknowledged it; 69 where it cannot be one. */
int multipart_acknowledge(struct multipart *m, unsigned number,
    const char *etag, struct err *e);

/* Are the acknowledged parts the input, whose size and CRC stand in m?  Fills
 * m->checksum; 70 when they are not, with the object as shown in the message. */
int multipart_review(struct multipart *m, const char *shown, struct err *e);

/* The body of CompleteMultipartUpload, *len bytes, for the caller to free.
 * NULL: no memory. */
char *multipart_list(const struct multipart *m, size_t *len);

/* Does word have 1 to `most` characters, all of them printable ASCII and none a
 * blank? */
bool multipart_word_fit(const char *word, size_t most);

void multipart_free(struct multipart *m);

#endif
