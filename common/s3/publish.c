/* PutObject and CompleteMultipartUpload, and finding out what they did. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/multipart_request.h"
#include "s3/part_upload.h"
#include "s3/publish.h"

enum { MORE = 8 };		/* headers besides the object's */

/* What was sent, and what there is to find it by. */
struct attempt {
	struct s3_client *s3;
	const struct object *object;
	const struct multipart *multipart;
	const struct s3_request *request;
	struct stored *stored;
	bool kept;		/* the upload is not aborted */
	bool *left;		/* NULL: there is no upload */
};

/* The one place where the promise is kept: nothing is sent that publishes unless
 * the input was complete, and all of it is in m. */
static int
check_complete(const struct s3_client *s3, const struct multipart *m,
    const struct complete_input *complete, struct err *e)
{
	if (complete != NULL && complete_input_bytes(complete) == m->size)
		return 0;
	return err_set(e, EXIT_INTERNAL, "the input of '%s' is not complete: "
	    "nothing is published", s3_shown(s3));
}

/* Finding out. */

static int
unknown(const struct attempt *a, const char *why, struct err *e)
{
	bool upload = a->left != NULL;

	a->stored->unknown = true;
	return err_set(e, EXIT_TEMP, "it is not known whether '%s' was stored"
	    "%s%s%s: %s", s3_shown(a->s3), upload ? " (upload id '" : "",
	    upload ? a->multipart->id : "", upload ? "')" : "", why);
}

static enum stored_view
look(const struct attempt *a, struct err *e)
{
	return stored_look(a->stored, a->s3, a->object, a->multipart->token,
	    a->multipart->size, e);
}

/* Puts an end to what the server may have in hand yet. */
static enum multipart_end
abort_it(const struct attempt *a)
{
	struct err none = ERR_NONE;
	enum multipart_end end = multipart_abort(a->s3, a->object,
	    a->multipart->id, &none);

	*a->left = end == MULTIPART_LEFT;
	return end;
}

/* There was no clear answer; e says why.  The table in publish.h. */
static int
find_out(const struct attempt *a, struct err *e)
{
	bool over = a->request->response.fate != S3_OPEN;
	bool there = a->left != NULL && a->request->response.fault != S3_NO_UPLOAD;
	struct err why = *e, blind = ERR_NONE;
	enum stored_view view;
	enum multipart_end end;

	s3_last_words(a->s3);
	view = look(a, &blind);
	if (a->left != NULL)
		*a->left = there && view != STORED_OURS;
	if (there && view != STORED_OURS && !a->kept &&
	    (end = abort_it(a)) != MULTIPART_LEFT) {
		over |= end == MULTIPART_ABORTED;
		view = look(a, &blind);
	}
	if (view == STORED_OURS)
		return 0;
	if (view == STORED_UNSEEN)
		return unknown(a, blind.text, e);
	if (!over)
		return unknown(a, why.text, e);
	*e = why;
	return -1;
}

/* It has ended without success; may it have been carried out? */
static bool
in_question(const struct s3_request *r)
{
	return r->response.fate != S3_UNDONE || r->response.fault == S3_NO_UPLOAD;
}

/* The object is there: notes what the answer says of it.  What fails from here on
 * is said so that nobody takes the object for not stored. */
static int
note_stored(const struct attempt *a, const char *etag, const char *checksum,
    struct err *e)
{
	struct err stopped = ERR_NONE;

	if (s3_check(a->s3, &stopped) != 0)
		s3_last_words(a->s3);	/* there is a receipt to give yet */
	if (stored_note(a->stored, a->s3, a->request, etag, checksum, e) == 0)
		return 0;
	return err_prefix(e, "'%s' was stored, but there is no receipt",
	    s3_shown(a->s3));
}

static int
damaged(const struct attempt *a, struct err *e)
{
	return err_prefix(e, "'%s' was stored, but damaged", s3_shown(a->s3));
}

/* One request. */

int
publish_part(struct s3_client *s3, const struct object *object,
    struct multipart *m, struct part *part,
    const struct complete_input *complete, struct stored *stored,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS + 2];
	char token[2 * TOKEN_TEXT], checksum[PART_CHECKSUM] = "";
	struct s3_request r = {
		.what = "store", .method = "PUT", .want.etag = true,
		.headers = headers, .decides = true,
	};
	const struct attempt a = { s3, object, m, &r, stored, false, NULL };
	int rc;

	if (check_complete(s3, m, complete, e) != 0)
		return -1;
	r.n_headers = object_headers(object, OBJECT_FIRST | OBJECT_LAST |
	    OBJECT_ALL, headers);
	stored_token(m->token);
	snprintf(token, sizeof token, OBJECT_TOKEN ": %s", m->token);
	headers[r.n_headers++] = token;
	if (part != NULL) {
		r.body = window_bytes(&part->window);
		r.len = window_size(&part->window);
		r.sha256 = part->hashed ? part->sha256 : NULL;
		r.checked = part_checksum_write(m->kind, part, checksum);
		if (r.checked)
			headers[r.n_headers++] = checksum;
		snprintf(m->checksum, CHECKSUM_TEXT, "%s",
		    part_checksum_value(checksum));
	}
	rc = s3_run(s3, &r, e);
	if (rc != 0 && in_question(&r))
		rc = find_out(&a, e);
	else if (rc == 0 && (rc = note_stored(&a, s3_header(&r, "ETag"),
	    NULL, e)) == 0 && part != NULL &&
	    part_checksum_echoed(&r, m->kind, checksum, e) != 0)
		rc = damaged(&a, e);
	s3_clear(s3, &r);
	return rc;
}

/* A multipart upload. */

static int
check_stored(const struct stored *stored, const char *checksum, struct err *e)
{
	if (stored->checksum != NULL && *checksum != '\0' &&
	    strcmp(stored->checksum, checksum) != 0)
		return err_set(e, EXIT_REMOTE, "its checksum is %.64s, not %s",
		    stored->checksum, checksum);
	return 0;
}

/* Ceph's first answer has an empty ETag.  HEAD tells it; if not, the object is
 * stored all the same. */
static void
look_up_etag(const struct attempt *a)
{
	struct attempt again = *a;
	struct stored seen = { 0 };
	struct err none = ERR_NONE;

	again.stored = &seen;
	if (look(&again, &none) == STORED_OURS && seen.etag != NULL) {
		free(a->stored->etag);
		a->stored->etag = seen.etag;
		seen.etag = NULL;
	}
	stored_free(&seen);
}

static int
completed(const struct attempt *a, struct err *e)
{
	const struct multipart *m = a->multipart;
	const struct s3_response *response = &a->request->response;

	*a->left = false;
	if (note_stored(a, response->etag, response->checksum[m->kind], e) != 0)
		return -1;
	if (*a->stored->etag == '\0')
		look_up_etag(a);
	return check_stored(a->stored, m->checksum, e) == 0 ? 0 :
	    damaged(a, e);
}

/* The headers by which S3 checks the whole. */
static void
add_whole(struct s3_request *r, const char **headers,
    char (*lines)[PUBLISH_LINE], const struct multipart *m)
{
	if (m->kind == CHECKSUM_NONE)
		return;
	snprintf(lines[0], PUBLISH_LINE, "x-amz-mp-object-size: %" PRIu64,
	    m->size);
	headers[r->n_headers++] = lines[0];
	if (m->kind == CHECKSUM_SHA256)
		return;		/* composite: by the parts in the list */
	snprintf(lines[1], PUBLISH_LINE, "%s: %s", checksum_header(m->kind),
	    m->checksum);
	headers[r->n_headers++] = lines[1];
	headers[r->n_headers++] = "x-amz-checksum-type: FULL_OBJECT";
}

/* key NULL: the client's. */
static int
make_request(struct s3_request *r, struct publish_request *p,
    const struct object *object, const char *key, const struct multipart *m,
    const char **headers, struct err *e)
{
	*r = (struct s3_request){
		.what = "complete the upload of", .method = "POST",
		.key = key, .query = { { "uploadId", m->id } }, .n_query = 1,
		.headers = headers,
		.want.root = "CompleteMultipartUploadResult",
	};
	r->n_headers = object_headers(object, OBJECT_LAST | OBJECT_ALL,
	    headers);
	headers[r->n_headers++] = "Content-Type: application/xml";
	add_whole(r, headers, p->lines, m);
	if ((p->list = multipart_list(m, &r->len)) == NULL)
		return err_memory(e);
	r->body = p->list;
	return 0;
}

static int
complete_upload(struct s3_client *s3, const struct object *object,
    const struct multipart *m, bool kept, struct stored *stored, bool *left,
    struct err *e)
{
	const char *headers[OBJECT_HEADERS + MORE];
	struct publish_request p;
	struct s3_request r;
	const struct attempt a = { s3, object, m, &r, stored, kept, left };
	int rc;

	if (make_request(&r, &p, object, NULL, m, headers, e) != 0)
		return -1;
	r.decides = true;
	rc = s3_run(s3, &r, e);
	free(p.list);
	if (rc == 0)
		rc = completed(&a, e);
	else if (in_question(&r))
		rc = find_out(&a, e);
	s3_clear(s3, &r);
	return rc;
}

int
publish_upload(struct s3_client *s3, const struct object *object,
    const struct multipart *m, const struct complete_input *complete,
    struct stored *stored, bool *left, struct err *e)
{
	return check_complete(s3, m, complete, e) != 0 ? -1 :
	    complete_upload(s3, object, m, false, stored, left, e);
}

int
publish_prepared(struct s3_client *s3, const struct object *object,
    const struct receipt *receipt, struct stored *stored, struct err *e)
{
	bool left = true;

	return complete_upload(s3, object, &receipt->multipart, true, stored,
	    &left, e);
}

int
publish_prepared_request(struct s3_request *r, struct publish_request *p,
    const struct object *object, const struct receipt *receipt,
    const char **headers, struct err *e)
{
	return make_request(r, p, object, receipt->name.key,
	    &receipt->multipart, headers, e);
}
