/*
 * multipart: begin, complete, abort; and what happened when nobody knows.
 *
 * Completing is the one step that publishes.  Before it, the acknowledged
 * parts are reviewed: none missing, their sizes and CRCs together those of the
 * input.  S3 is told size and checksum of the whole, and refuses what differs.
 *
 * Its answer can be lost.  AWS answers a repetition with 200 again, others say
 * NoSuchUpload: then the object is looked at.  Every upload carries a random
 * token in the object's metadata (OBJECT_TOKEN); an object with this
 * token is the one that was completed.  Without it the outcome stays unknown:
 * code 75 and the upload id, never a guess.
 */
#ifndef S3_MULTIPART_H
#define S3_MULTIPART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "s3/checksum.h"
#include "s3/object.h"
#include "s3/parts.h"
#include "s3/s3.h"

enum { TOKEN_TEXT = 33 };

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

/* What S3 says about a published object; the strings are owned. */
struct stored {
	char *etag, *version, *checksum;
	char *request_id, *host_id;	/* for Amazon's support */
	uint64_t attempts;		/* of all requests */
};

/* Keeps what that answer says; checksum NULL: nothing. */
int stored_keep(struct stored *stored, const struct s3 *s3,
    const struct s3_request *r, const char *etag, const char *checksum,
    struct err *e);

/* Begins; object's headers go along. */
int multipart_create(struct s3 *s3, const struct object *object,
    struct multipart *m, struct err *e);

/* Makes room for part number (from 1), so that it can be acknowledged. */
int multipart_reserve(struct multipart *m, unsigned number, struct err *e);

/* Notes a part that will be sent; m->size grows by it. */
int multipart_note(struct multipart *m, struct part *part, struct err *e);

/* Notes the ETag with which S3 acknowledged it. */
int multipart_acknowledge(struct multipart *m, unsigned number,
    const char *etag, struct err *e);

/* Are the acknowledged parts the input, whose size and CRC stand in m?  Fills
 * m->checksum; 70 when they are not. */
int multipart_review(const struct s3 *s3, struct multipart *m, struct err *e);

/* Publishes what was reviewed.  *left becomes false when the upload is certainly
 * gone. */
int multipart_complete(struct s3 *s3, const struct object *object,
    const struct multipart *m, struct stored *stored, bool *left,
    struct err *e);

/* Drops the upload; one that is not there (any more) is fine. */
int multipart_abort(struct s3 *s3, const struct object *object, const char *id,
    struct err *e);

/* The request for that, of another key, for who has several under way.  headers
 * has room for OBJECT_HEADERS and is needed as long as r.  It fails with
 * S3_NO_UPLOAD for one that is not there. */
void multipart_abort_request(struct s3_request *r, const struct object *object,
    const char *key, const char *id, const char **headers);

/* Fills m->token from the kernel's randomness. */
void multipart_token(char token[TOKEN_TEXT]);

/* An ETag for XML and receipts: printable, without blanks. */
bool multipart_etag_fit(const char *etag);

/*
 * Is the object there the one with this token?  1 yes, 0 no, -1 with e: not
 * known.  stored is filled for yes.
 */
int multipart_prove(struct s3 *s3, const struct object *object,
    const char *token, uint64_t size, struct stored *stored, struct err *e);

void multipart_free(struct multipart *m);
void stored_free(struct stored *stored);

#endif
