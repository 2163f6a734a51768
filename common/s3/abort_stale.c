/* ListMultipartUploads, and AbortMultipartUpload for those that are old. */
#include <stdlib.h>

#include "json/json_writer.h"
#include "s3/multipart_request.h"
#include "s3/abort_stale.h"
#include "s3/request_queue.h"
#include "s3/spared.h"
#include "s3/upload_pages.h"

/* What a place of the queue holds besides its request. */
struct aborting {
	const struct pending_upload *upload;
};

struct run {
	const struct abort_stale *w;
	struct s3_client *s3;
	struct request_queue *queue;
	struct upload_pages pages;
	struct spared spared;
	int64_t now;			/* the server's, Unix seconds */
	uint64_t old, failed;
	struct err first;		/* why the first failed */
};

static int
give_line(struct run *r, const struct pending_upload *u, const char *state,
    const char *error, struct err *e)
{
	struct json_writer j;
	size_t len;
	char *text;
	int rc;

	if (r->w->out == NULL)
		return 0;
	json_writer_begin(&j);
	json_writer_text(&j, "state", state);
	json_writer_text(&j, "bucket", r->w->s3.name->bucket);
	json_writer_text(&j, "key", u->key);
	json_writer_text(&j, "upload_id", u->id);
	json_writer_text(&j, "initiated", u->initiated);
	json_writer_number(&j, "age_seconds", u->began < r->now ?
	    (uint64_t)(r->now - u->began) : 0);
	if (error != NULL)
		json_writer_text(&j, "error", error);
	if ((text = json_writer_end(&j, &len)) == NULL)
		return err_memory(e);
	rc = output_write(r->w->out, text, len, e);
	free(text);
	return rc;
}

/* Aborting. */

/* The next old upload of a page from *at on, or NULL. */
static const struct pending_upload *
next_old(struct run *r, const struct upload_list *l, size_t *at)
{
	while (*at < l->n) {
		const struct pending_upload *u = &l->uploads[(*at)++];

		if (u->began <= r->now - r->w->older_than &&
		    !spared_has(&r->spared, u->id)) {
			r->old++;
			return u;
		}
	}
	return NULL;
}

/* One has ended; why NULL: well.  Only what ends everything is an error. */
static int
aborted(struct run *r, struct request_place *p, const struct err *why,
    struct err *e)
{
	const struct pending_upload *u = ((struct aborting *)p->own)->upload;
	const struct s3_response *response = &p->request.response;
	bool missing = why != NULL && response->fault == S3_NO_UPLOAD;
	bool gone = missing && response->fate == S3_UNDONE;

	request_queue_release(r->queue, p);
	if (why == NULL || missing) {
		atomic_fetch_add(&r->w->meter->records, !gone);
		return give_line(r, u, gone ? "gone" : "aborted", NULL, e);
	}
	if (s3_check(r->s3, e) != 0)
		return -1;
	if (r->failed++ == 0)
		r->first = *why;
	return give_line(r, u, "failed", why->text, e);
}

/* Fills free places with old uploads. */
static int
start_some(struct run *r, const struct upload_list *l, size_t *at,
    struct err *e)
{
	const struct pending_upload *u;
	struct request_place *p;
	struct err why = ERR_NONE;

	while (request_queue_has_place(r->queue) &&
	    (u = next_old(r, l, at)) != NULL) {
		p = request_queue_place(r->queue);
		((struct aborting *)p->own)->upload = u;
		multipart_abort_request(&p->request, r->w->object, u->key,
		    u->id, p->headers);
		if (request_queue_start(r->queue, p, &why) != 0 &&
		    aborted(r, p, &why, e) != 0)
			return -1;
	}
	return 0;
}

static int
abort_page(struct run *r, const struct upload_list *l, struct err *e)
{
	struct request_place *p;
	struct err why = ERR_NONE;
	size_t at = 0;
	int rc;

	while ((rc = start_some(r, l, &at, e)) == 0 &&
	    (at < l->n || request_queue_taken(r->queue) != NULL)) {
		switch (request_queue_wait(r->queue, NULL, &p, &why)) {
		case QUEUE_NONE:
			break;
		case QUEUE_DONE:
			rc = aborted(r, p, NULL, e);
			break;
		case QUEUE_FAILED:
			rc = aborted(r, p, &why, e);
			break;
		case QUEUE_OVER:
			*e = why;
			rc = -1;
		}
		if (rc != 0)
			break;
	}
	return rc;
}

static int
tell_page(struct run *r, const struct upload_list *l, struct err *e)
{
	const struct pending_upload *u;
	size_t at = 0;

	while ((u = next_old(r, l, &at)) != NULL)
		if (give_line(r, u, "stale", NULL, e) != 0)
			return -1;
	return 0;
}

/* The next page is asked for before this one's uploads are aborted: some
 * servers go on after the marker only while that upload is there. */
static int
abort_all(struct run *r, struct err *e)
{
	struct upload_list l = { 0 }, next = { 0 };
	int rc = upload_pages_next(&r->pages, &l, e);

	while (rc > 0) {
		r->now = r->pages.now;
		rc = upload_pages_next(&r->pages, &next, e);
		if (rc >= 0 && (r->w->dry_run ? tell_page(r, &l, e) :
		    abort_page(r, &l, e)) != 0)
			rc = -1;
		upload_list_free(&l);
		l = next;
		next = (struct upload_list){ 0 };
	}
	upload_list_free(&l);
	return rc;
}

static int
open_run(struct run *r, const struct s3_name *bucket, struct err *e)
{
	const struct abort_stale *w = r->w;
	struct s3_config config = w->s3;

	config.name = bucket;
	if ((r->s3 = s3_open(&config, w->creds, e)) == NULL ||
	    (r->queue = request_queue_new(r->s3, w->parallel,
	    sizeof(struct aborting), e)) == NULL)
		return -1;
	/* Before the uploads are listed: see spared.h. */
	if (w->receipts != NULL && spared_read(&r->spared, r->s3, w->object,
	    w->receipts, w->parallel, e) != 0)
		return -1;
	r->pages = (struct upload_pages){ .s3 = r->s3, .object = w->object,
		.prefix = w->s3.name->key };
	return 0;
}

static void
close_run(struct run *r)
{
	struct request_place *p;

	while (r->queue != NULL &&
	    (p = request_queue_taken(r->queue)) != NULL)
		request_queue_release(r->queue, p);
	request_queue_free(r->queue);
	upload_pages_end(&r->pages);
	spared_free(&r->spared);
	s3_close(r->s3);
}

int
abort_stale_run(const struct abort_stale *w, struct err *e)
{
	const struct s3_name bucket = { .bucket = w->s3.name->bucket,
		.key = (char[]){ "" } };
	struct run r = { .w = w };
	int rc = open_run(&r, &bucket, e);

	if (rc == 0)
		rc = abort_all(&r, e);
	close_run(&r);
	if (rc != 0 || r.failed == 0)
		return rc;
	*e = r.first;
	if (r.failed > 1)
		err_prefix(e, "%llu of %llu failed, the first",
		    (unsigned long long)r.failed, (unsigned long long)r.old);
	return -1;
}
