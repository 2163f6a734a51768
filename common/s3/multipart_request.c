/* CreateMultipartUpload and AbortMultipartUpload. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "s3/multipart_request.h"
#include "s3/upload_pages.h"

enum {
	LINE = 160,		/* bytes of a header, name and value */
	MORE = 8,		/* headers besides the object's */
	STRAYS = 20,		/* named at most: each attempt leaves one */
	STRAY_PAGES = 5,	/* of uploads of one key: a thousand */
	SLACK = 5		/* seconds between a server's clock and the Date
				 * of its answers */
};

/* Create. */

/* Uploads of this very key, but m's own, that have begun since that time
 * (monotonic ms; a page tells the server's clock) are named.  Their number, -1
 * with e. */
static int
name_strays(struct upload_pages *p, const struct multipart *m, int64_t began,
    struct err *e)
{
	struct upload_list l = { 0 };
	int named = 0, more = 0;

	for (unsigned pages = 0; pages < STRAY_PAGES && named < STRAYS &&
	    (more = upload_pages_next(p, &l, e)) > 0; pages++) {
		for (size_t i = 0; i < l.n && named < STRAYS; i++) {
			const struct pending_upload *u = &l.uploads[i];
			int64_t age = p->now - u->began;

			if (strcmp(u->key, p->prefix) != 0 ||
			    age > (meter_now() - began) / 1000 + SLACK ||
			    (m->id != NULL && strcmp(u->id, m->id) == 0))
				continue;
			diag_say("an answer was lost: an upload of '%s' may "
			    "be left behind, upload id '%.*s'",
			    s3_shown(p->s3), MULTIPART_ID, u->id);
			named++;
		}
		upload_list_free(&l);
	}
	return more < 0 ? -1 : named;
}

/* Create was asked for since began (monotonic ms) and may have begun uploads
 * whose ids nobody was told. */
static void
look_for_strays(struct s3_client *s3, const struct object *object,
    const struct multipart *m, int64_t began)
{
	struct upload_pages p = { .s3 = s3, .object = object,
		.prefix = s3_name(s3)->key };
	struct err e = ERR_NONE;
	int named = name_strays(&p, m, began, &e);

	if (named < 0)
		diag_say("an answer was lost: an upload of '%s' may be left "
		    "behind, whose id is not known: %s", s3_shown(s3), e.text);
	else if (named == 0 && m->id == NULL)
		diag_say("an answer was lost: an upload of '%s' may be left "
		    "behind, whose id is not known", s3_shown(s3));
	upload_pages_end(&p);
}

/* An upload has begun: can it be named? */
static int
take_id(struct s3_client *s3, const struct object *object, struct multipart *m,
    char **id, struct err *e)
{
	struct err left = ERR_NONE;

	if (multipart_word_fit(*id, MULTIPART_ID)) {
		m->id = *id;
		*id = NULL;
		return 0;
	}
	err_set(e, EXIT_REMOTE, "cannot begin the upload of '%s': the answer's "
	    "upload id cannot be one: '%.40s'", s3_shown(s3), *id);
	s3_last_words(s3);
	if (multipart_abort(s3, object, *id, &left) == MULTIPART_LEFT)
		diag_say("%s: it is left behind", left.text);
	return -1;
}

int
multipart_create(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct err *e)
{
	const char *headers[OBJECT_HEADERS + MORE];
	char token[LINE], algorithm[LINE];
	struct s3_request r = {
		.what = "begin the upload of", .method = "POST",
		.query = { { "uploads", "" } }, .n_query = 1,
		.headers = headers,
		.want.root = "InitiateMultipartUploadResult", .decides = true,
	};
	int64_t began = meter_now();
	int rc;

	r.n_headers = object_headers(object, OBJECT_FIRST | OBJECT_ALL,
	    headers);
	stored_token(m->token);
	snprintf(token, sizeof token, OBJECT_TOKEN ": %s", m->token);
	headers[r.n_headers++] = token;
	if (m->kind != CHECKSUM_NONE) {
		snprintf(algorithm, sizeof algorithm,
		    "x-amz-checksum-algorithm: %s", checksum_name(m->kind));
		headers[r.n_headers++] = algorithm;
		headers[r.n_headers++] = m->kind == CHECKSUM_SHA256 ?
		    "x-amz-checksum-type: COMPOSITE" :
		    "x-amz-checksum-type: FULL_OBJECT";
	}
	if ((rc = s3_run(s3, &r, e)) == 0)
		rc = take_id(s3, object, m, &r.response.upload_id, e);
	if (rc != 0)
		s3_last_words(s3);
	if (r.response.fate != S3_UNDONE)
		look_for_strays(s3, object, m, began);
	s3_clear(s3, &r);
	return rc;
}

/* Abort. */

void
multipart_abort_request(struct s3_request *r, const struct object *object,
    const char *key, const char *id, const char **headers)
{
	*r = (struct s3_request){
		.what = "abort the upload of", .method = "DELETE", .key = key,
		.query = { { "uploadId", id } }, .n_query = 1,
		.headers = headers, .want.bare = true,
	};
	r->n_headers = object_headers(object, OBJECT_ALL, headers);
}

enum multipart_end
multipart_abort(struct s3_client *s3, const struct object *object, const char *id,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS];
	struct s3_request r;
	enum multipart_end end = MULTIPART_ABORTED;

	multipart_abort_request(&r, object, NULL, id, headers);
	r.decides = true;
	if (s3_run(s3, &r, e) != 0)
		end = r.response.fault == S3_NO_UPLOAD ? MULTIPART_GONE :
		    MULTIPART_LEFT;
	s3_clear(s3, &r);
	return end;
}
