/*
 * multipart_request: multipart uploads begun and dropped.
 *
 * Nothing is begun that cannot be named.  An upload id that is too long or not
 * printable is refused, and its upload aborted at once.  Where the answer to
 * CreateMultipartUpload does not come, or not clearly, nobody was told the id:
 * the uploads of this key that began meanwhile are listed and named by diag_say,
 * or, where they cannot be listed, that there may be one.  They are not aborted:
 * a list does not say whose they are, and another process may upload to the same
 * key.  Such an upload holds no part, so it costs nothing.
 */
#ifndef S3_MULTIPART_REQUEST_H
#define S3_MULTIPART_REQUEST_H

#include "base/diag.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/s3_client.h"

/* Begins m; object's headers go along.  The token is made, and kind is m's. */
int multipart_create(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct err *e);

enum multipart_end {
	MULTIPART_ABORTED,	/* by this request */
	MULTIPART_GONE,		/* it was not there (any more) */
	MULTIPART_LEFT		/* it may be there yet: e */
};

/* Drops the upload. */
enum multipart_end multipart_abort(struct s3_client *s3,
    const struct object *object, const char *id, struct err *e);

/* The request for that, of another key, for who has several under way.  headers
 * has room for OBJECT_HEADERS and is needed as long as r.  It fails with
 * S3_NO_UPLOAD for one that is not there. */
void multipart_abort_request(struct s3_request *r, const struct object *object,
    const char *key, const char *id, const char **headers);

#endif
