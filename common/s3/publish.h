/*
 * publish: the one request that makes an object appear, and what became of it.
 *
 * PutObject and CompleteMultipartUpload publish, and no other module sends them.
 * They take the proof that the input was complete (struct complete_input,
 * base/io.h), or a receipt, which nobody gets without such a proof.
 *
 * What is said afterwards is what happened: the object is stored (0, with a
 * receipt), or it is not (-1 with the reason), or nobody can know it: 75,
 * stored->unknown, and the upload's id in the message.  Only a clear refusal
 * decides by itself.  After everything else (an answer that did not come, was
 * cut, malformed, or that there was no memory for; a signal or the deadline
 * while the server had the request; a 500) the object is looked at, and known by
 * its token (stored.h).  A multipart upload is then aborted, which puts
 * an end to a request that the server may still have in hand, and the object is
 * looked at again:
 *
 *	fate of the	object at	abort		object	outcome
 *	request		first					again
 *	success		-		-		-	stored
 *	refused		-		-		-	not stored
 *	any other	ours		-		-	stored
 *	doubtful	not ours	-		-	not stored
 *	open		not ours	-		-	unknown
 *	either		unseen		-		-	unknown
 *	  and where there is an upload to abort:
 *	either		not ours	done or gone	ours	stored
 *	either		not ours	done		not ours not stored
 *	doubtful	not ours	gone		not ours not stored
 *	open		not ours	gone		not ours unknown
 *	doubtful	not ours	failed		-	not stored
 *	open		not ours	failed		-	unknown
 *	either		unseen		any		unseen	unknown
 *
 * "Refused" stands for a fate of S3_UNDONE, "doubtful" and "open" for the others
 * (s3_response.h).  NoSuchUpload is no clear refusal, for it is what the second
 * of two completions gets: it counts by its fate, with nothing left to abort.
 * What a first look cannot see a second one may.  "Gone" says that somebody
 * ended the upload, and it may have been we.  A prepared upload is not aborted:
 * its receipt can be tried again.
 */
#ifndef S3_PUBLISH_H
#define S3_PUBLISH_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/io.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/part_buffers.h"
#include "s3/receipt.h"
#include "s3/s3_client.h"
#include "s3/stored.h"

/* Stores a single part, or with NULL an empty object, in one request.  Fills
 * m's token and checksum, where size and kind stand already.  70 unless m's size
 * is that of the complete input. */
int publish_part(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct part *part,
    const struct complete_input *complete, struct stored *stored,
    struct err *e);

/* Completes a multipart upload that was reviewed.  *left becomes false when the
 * upload is certainly gone.  70 unless m's size is that of the complete
 * input. */
int publish_upload(struct s3_client *s3, const struct object *object,
    const struct multipart *m, const struct complete_input *complete,
    struct stored *stored, bool *left, struct err *e);

/* Completes the upload that a receipt of --prepare names; it is not aborted,
 * whatever comes. */
int publish_prepared(struct s3_client *s3, const struct object *object,
    const struct receipt *receipt, struct stored *stored, struct err *e);

/* The same as a request, for who has several under way: what it needs as long as
 * it is, and the key of the object that it makes appear. */
enum { PUBLISH_LINE = 160 };	/* bytes of a header, name and value */
struct publish_request {
	char lines[2][PUBLISH_LINE];
	char *list;		/* for the caller to free */
};
int publish_prepared_request(struct s3_request *r, struct publish_request *p,
    const struct object *object, const struct receipt *receipt,
    const char **headers, struct err *e);

#endif
