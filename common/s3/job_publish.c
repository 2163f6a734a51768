/*
 * The uploads of a plan, side by side: looked at, and published.
 *
 * An upload that is not there may have been completed by a commit that did not
 * live to tell.  So whenever the service knows no upload, or gave no clear answer
 * to its completion, the object is looked at: it is ours if it has the token of
 * the receipt.
 */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/job_private.h"
#include "s3/part_list.h"
#include "s3/publish.h"

enum { DIGITS = 12 };		/* of a number of 32 bits, and a NUL */

/* An item under way. */
struct going {
	struct receipt receipt;
	struct publish_request publish;
	unsigned checked;	/* parts */
	char marker[DIGITS];
	bool looking;		/* at the object */
	bool gone;		/* there is no upload */
	struct err why;		/* that the object is looked at */
};

static void
drop(void *own)
{
	struct going *g = own;

	receipt_free(&g->receipt);
	free(g->publish.list);
}

/* 1: the item is to be worked on. */
static int
begin(const struct job_item *item, struct going *g, struct err *e)
{
	if (item->state != JOB_PREPARED)
		return 0;
	return receipt_read(&g->receipt, item->line, item->len, e) != 0 ? -1 :
	    1;
}

/* The next request: a look at the object. */
static int
look(struct job *j, struct going *g, const char **headers,
    const struct s3_request *r, const struct err *why, struct s3_request *next)
{
	g->looking = true;
	g->gone = r->response.fault == S3_NO_UPLOAD &&
	    r->response.fate == S3_UNDONE;
	g->why = *why;
	stored_look_request(next, j->config->object, g->receipt.name.key,
	    headers);
	return 1;
}

/* An item has failed; why says it without the task. */
static int
fail(struct job *j, struct job_item *item, enum job_state state,
    const struct err *why)
{
	struct err e = *why;

	item->state = state;
	err_prefix(&e, "task %llu", (unsigned long long)item->index);
	job_fail(j, &e);
	return 0;
}

static int
copy(char **to, const char *from, struct err *e)
{
	char *kept = NULL;

	if (from != NULL && asprintf(&kept, "%s", from) < 0)
		return err_memory(e);
	free(*to);
	*to = kept;
	return 0;
}

static int
stored(struct job *j, struct job_item *item, const char *etag,
    const char *version, struct err *e)
{
	if (copy(&item->etag, etag, e) != 0 ||
	    copy(&item->version, version, e) != 0)
		return -1;
	item->state = JOB_STORED;
	atomic_fetch_add(&j->config->meter->records, 1);
	return 0;
}

/* The object was looked at. */
static int
looked(struct job *j, struct job_item *item, const struct going *g,
    const struct s3_request *r, const struct err *why, struct err *e)
{
	struct err gone = g->why;

	if (why == NULL && stored_is_ours(r, item->token,
	    g->receipt.multipart.size))
		return stored(j, item, s3_header(r, "ETag"),
		    s3_header(r, "x-amz-version-id"), e);
	if (why != NULL && r->response.status != 404)
		return fail(j, item, JOB_FAILED, why);
	if (!g->gone)
		return fail(j, item, JOB_FAILED, &g->why);
	err_prefix(&gone, "the upload is gone, and was not published");
	return fail(j, item, JOB_DEAD, &gone);
}

/* Looking at the parts. */

static void
ask_parts(struct job *j, struct going *g, const char **headers,
    struct s3_request *r)
{
	*r = (struct s3_request){ .what = "list the parts of", .method = "GET",
		.key = g->receipt.name.key,
		.query = { { "uploadId", g->receipt.multipart.id },
		    { "max-parts", "1000" } }, .n_query = 2,
		.headers = headers, .room = S3_PAGE };
	if (g->checked > 0) {
		snprintf(g->marker, sizeof g->marker, "%u", g->checked);
		r->query[r->n_query++] = (struct sigv4_pair){
			"part-number-marker", g->marker };
	}
	r->n_headers = object_headers(j->config->object, OBJECT_ALL, headers);
}

static int
begin_check(void *ctx, size_t i, void *own, const char **headers,
    struct s3_request *first, struct err *e)
{
	struct job *j = ctx;
	int rc = begin(&j->items[i], own, e);

	if (rc == 1)
		ask_parts(j, own, headers, first);
	return rc;
}

static int
end_check(void *ctx, size_t i, void *own, const char **headers,
    const struct s3_request *r, const struct err *why,
    struct s3_request *next, struct err *e)
{
	struct job *j = ctx;
	struct job_item *item = &j->items[i];
	struct going *g = own;
	struct err bad = ERR_NONE;
	const char *body;
	size_t len;
	bool more;

	if (g->looking)
		return looked(j, item, g, r, why, e);
	if (why != NULL && r->response.fault == S3_NO_UPLOAD)
		return look(j, g, headers, r, why, next);
	if (why != NULL)
		return fail(j, item, JOB_FAILED, why);
	body = s3_body(r, &len);
	if (part_list_check(&g->receipt.multipart, &g->checked, body, len,
	    &more, &bad) != 0) {
		err_prefix(&bad, "the upload of '%.300s' is not what was "
		    "prepared", item->key);
		return fail(j, item, JOB_DEAD, &bad);
	}
	if (!more)
		return 0;
	ask_parts(j, g, headers, next);
	return 1;
}

int
job_check(struct job *j, struct err *e)
{
	struct request_each each = job_each(j, j->n, sizeof(struct going), j);

	each.begin = begin_check;
	each.ended = end_check;
	each.drop = drop;
	j->failed = 0;
	if (request_each_run(&each, e) != 0)
		return -1;
	if (j->failed == 0)
		return 0;
	*e = j->first;
	if (j->failed > 1)
		err_prefix(e, "%zu of %zu uploads are not there, the first",
		    j->failed, j->n);
	return err_prefix(e, "nothing is published");
}

/* Publishing. */

static int
begin_publish(void *ctx, size_t i, void *own, const char **headers,
    struct s3_request *first, struct err *e)
{
	struct job *j = ctx;
	struct going *g = own;
	int rc = begin(&j->items[i], g, e);

	if (rc == 1 && publish_prepared_request(first, &g->publish,
	    j->config->object, &g->receipt, headers, e) != 0)
		rc = -1;
	return rc;
}

/* It was completed; does the service have what was sent? */
static int
check_sum(const struct going *g, const struct s3_request *r, struct err *bad)
{
	const struct multipart *m = &g->receipt.multipart;
	const char *theirs = r->response.checksum[m->kind];

	if (theirs == NULL || *m->checksum == '\0' ||
	    strcmp(theirs, m->checksum) == 0)
		return 0;
	return err_set(bad, EXIT_REMOTE, "'%.300s' was stored, but damaged: "
	    "its checksum is %.64s, not %s", g->receipt.name.key, theirs,
	    m->checksum);
}

static int
end_publish(void *ctx, size_t i, void *own, const char **headers,
    const struct s3_request *r, const struct err *why,
    struct s3_request *next, struct err *e)
{
	struct job *j = ctx;
	struct job_item *item = &j->items[i];
	struct going *g = own;
	struct err bad = ERR_NONE;

	if (g->looking)
		return looked(j, item, g, r, why, e);
	if (why != NULL)
		return r->response.fate != S3_UNDONE ||
		    r->response.fault == S3_NO_UPLOAD ?
		    look(j, g, headers, r, why, next) :
		    fail(j, item, JOB_FAILED, why);
	if (check_sum(g, r, &bad) != 0)
		return fail(j, item, JOB_FAILED, &bad);
	/* Ceph's answer may have an empty ETag. */
	if (*r->response.etag == '\0') {
		err_set(&bad, EXIT_TEMP, "'%.300s' was completed, but is not "
		    "there", item->key);
		return look(j, g, headers, r, &bad, next);
	}
	return stored(j, item, r->response.etag,
	    s3_header(r, "x-amz-version-id"), e);
}

int
job_publish(struct job *j, struct err *e)
{
	struct request_each each = job_each(j, j->n, sizeof(struct going), j);

	each.begin = begin_publish;
	each.ended = end_publish;
	each.drop = drop;
	j->failed = 0;
	return request_each_run(&each, e);
}
