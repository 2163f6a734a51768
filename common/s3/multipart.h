/*
 * multipart: an upload in parts: begun, its acknowledged parts, reviewed, dropped.
 *
 * Completing it is publish's.  Before that, the acknowledged parts are reviewed:
 * none missing, their sizes and CRCs together those of the input.
 *
 * Nothing is begun that cannot be named.  An upload id that is too long or not
 * printable is refused, and its upload aborted at once.  Where the answer to
 * Create does not come, or not clearly, nobody was told the id: the uploads of
 * this key that began meanwhile are listed and named by diag_say, or, where they
 * cannot be listed, that there may be one.  They are not aborted: a list does not
 * say whose they are, and another process may upload to the same key.  Such an
 * upload holds no part, so it costs nothing.
 */
#ifndef S3_MULTIPART_H
#define S3_MULTIPART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/object.h"
#include "s3/part_buffers.h"
#include "s3/s3_client.h"
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

/* Begins; object's headers go along.  The token is made, and kind is m's. */
int multipart_create(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct err *e);

/* Makes room for part number (from 1), so that it can be acknowledged. */
int multipart_reserve(struct multipart *m, unsigned number, struct err *e);

/* Notes a part that will be sent; m->size grows by it. */
int multipart_note(struct multipart *m, struct part *part, struct err *e);

/* Notes the ETag with which S3 acknowledged it; 69 where it cannot be one. */
int multipart_acknowledge(struct multipart *m, unsigned number,
    const char *etag, struct err *e);

/* Are the acknowledged parts the input, whose size and CRC stand in m?  Fills
 * m->checksum; 70 when they are not. */
int multipart_review(const struct s3_client *s3, struct multipart *m, struct err *e);

/* The body of CompleteMultipartUpload, *len bytes, for the caller to free.
 * NULL: no memory. */
char *multipart_list(const struct multipart *m, size_t *len);

enum multipart_end {
	MULTIPART_ABORTED,	/* by this request */
	MULTIPART_GONE,		/* it was not there (any more) */
	MULTIPART_LEFT		/* it may be there yet: e */
};

/* Drops the upload. */
enum multipart_end multipart_abort(struct s3_client *s3, const struct object *object,
    const char *id, struct err *e);

/* The request for that, of another key, for who has several under way.  headers
 * has room for OBJECT_HEADERS and is needed as long as r.  It fails with
 * S3_NO_UPLOAD for one that is not there. */
void multipart_abort_request(struct s3_request *r, const struct object *object,
    const char *key, const char *id, const char **headers);

/* Does word have 1 to `most` characters, all of them printable ASCII and none a
 * blank? */
bool multipart_word_fit(const char *word, size_t most);

void multipart_free(struct multipart *m);

#endif
