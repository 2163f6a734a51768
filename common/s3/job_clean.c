/*
 * What the tasks and commits of a job have left: uploads that nobody will
 * publish are aborted, and then the objects below the prefix deleted.
 *
 * For each object a chain of requests: it is read, unless its name says enough;
 * the upload that it names is aborted; when all is to be dropped and the upload
 * was gone, its object is looked at, for it may have been published; at last it
 * is deleted.  Plans go last: as long as one is there, a commit that is run again
 * knows what it has published.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/job_private.h"
#include "s3/multipart_request.h"
#include "s3/receipt_object.h"
#include "s3/small_object.h"

struct cleaning {
	struct job *j;
	bool drop;
	bool plans;		/* it is the plans' turn */
	const char **tokens;	/* of the items, sorted */
	size_t n_tokens;
	size_t published;	/* with drop; and the first of them */
	char first[200];
};

/* An object under way. */
struct going {
	enum { READING, ABORTING, LOOKING, DELETING } step;
	struct receipt receipt;
};

static void
drop_receipt(void *own)
{
	receipt_free(&((struct going *)own)->receipt);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
is_published(const struct cleaning *c, const char *token)
{
	return c->n_tokens > 0 && bsearch(&token, c->tokens, c->n_tokens,
	    sizeof *c->tokens, by_text) != NULL;
}

static int
delete(const struct cleaning *c, struct going *g, size_t i,
    const char **headers, struct s3_request *next)
{
	g->step = DELETING;
	small_object_delete_request(next, c->j->config->object,
	    c->j->keys.keys[i], headers);
	return 1;
}

static int
begin(void *ctx, size_t i, void *own, const char **headers,
    struct s3_request *first, struct err *e)
{
	struct cleaning *c = ctx;
	struct job *j = c->j;
	const char *key = j->keys.keys[i];
	struct going *g = own;
	char token[TOKEN_TEXT];
	unsigned number;
	enum receipt_kind kind = receipt_object_kind(key,
	    j->config->s3.name->key, token, &number);

	(void)e;
	if (kind == RECEIPT_FOLDER || (kind == RECEIPT_PLAN_KEY) != c->plans)
		return 0;
	if (kind == RECEIPT_PLAN_KEY ||
	    (kind == RECEIPT_BEGUN_KEY && is_published(c, token)))
		return delete(c, g, i, headers, first);
	g->step = READING;
	small_object_get_request(first, j->config->object, key, RECEIPT_MAX,
	    headers);
	return 1;
}

static int
failed(struct cleaning *c, const struct err *why)
{
	job_fail(c->j, why);
	return 0;
}

/* What is no receipt is not ours to delete. */
static int
was_read(struct cleaning *c, size_t i, struct going *g, const char **headers,
    const struct s3_request *r, struct s3_request *next)
{
	const struct multipart *m = &g->receipt.multipart;
	struct err bad = ERR_NONE;
	size_t len;
	const char *body = s3_body(r, &len);

	if (receipt_read(&g->receipt, body, len, &bad) != 0) {
		g->receipt = (struct receipt){ 0 };
		err_prefix(&bad, "'s3://%s/%.300s' is left",
		    c->j->config->s3.name->bucket, c->j->keys.keys[i]);
		return failed(c, &bad);
	}
	if (g->receipt.state == RECEIPT_NOTHING || is_published(c, m->token))
		return delete(c, g, i, headers, next);
	g->step = ABORTING;
	multipart_abort_request(next, c->j->config->object,
	    g->receipt.name.key, m->id, headers);
	return 1;
}

static void
note_published(struct cleaning *c, const struct receipt *r)
{
	if (c->published++ == 0)
		snprintf(c->first, sizeof c->first, "s3://%s/%s",
		    r->name.bucket, r->name.key);
}

static int
was_aborted(struct cleaning *c, size_t i, struct going *g,
    const char **headers, const struct s3_request *r, const struct err *why,
    struct s3_request *next)
{
	if (why != NULL && r->response.fault != S3_NO_UPLOAD)
		return failed(c, why);
	if (why == NULL)
		atomic_fetch_add(&c->j->config->meter->records, 1);
	if (why == NULL || !c->drop || g->receipt.state != RECEIPT_PREPARED)
		return delete(c, g, i, headers, next);
	g->step = LOOKING;
	stored_look_request(next, c->j->config->object, g->receipt.name.key,
	    headers);
	return 1;
}

static int
ended(void *ctx, size_t i, void *own, const char **headers,
    const struct s3_request *r, const struct err *why,
    struct s3_request *next, struct err *e)
{
	struct cleaning *c = ctx;
	struct going *g = own;

	(void)e;
	switch (g->step) {
	case READING:
		if (why != NULL)
			return small_object_missing(r) ? 0 : failed(c, why);
		return was_read(c, i, g, headers, r, next);
	case ABORTING:
		return was_aborted(c, i, g, headers, r, why, next);
	case LOOKING:
		if (why != NULL && r->response.status != 404)
			return failed(c, why);
		if (why == NULL && stored_is_ours(r,
		    g->receipt.multipart.token, g->receipt.multipart.size))
			note_published(c, &g->receipt);
		return delete(c, g, i, headers, next);
	case DELETING:
		break;
	}
	return why != NULL && !small_object_missing(r) ? failed(c, why) : 0;
}

static int
clean_keys(struct cleaning *c, bool plans, struct err *e)
{
	struct request_each each = job_each(c->j, c->j->keys.n,
	    sizeof(struct going), c);

	each.begin = begin;
	each.ended = ended;
	each.drop = drop_receipt;
	c->plans = plans;
	return request_each_run(&each, e);
}

static int
sort_tokens(struct cleaning *c, struct err *e)
{
	const struct job *j = c->j;

	if ((c->tokens = malloc((j->n + 1) * sizeof *c->tokens)) == NULL)
		return err_memory(e);
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].key != NULL)
			c->tokens[c->n_tokens++] = j->items[i].token;
	if (c->n_tokens > 1)
		qsort(c->tokens, c->n_tokens, sizeof *c->tokens, by_text);
	return 0;
}

/* What is left undone is an error; what is published only if it was to be
 * dropped. */
static int
tell(const struct cleaning *c, struct err *e)
{
	const struct job *j = c->j;

	if (j->failed > 0) {
		*e = j->first;
		return j->failed == 1 ? -1 : err_prefix(e, "%zu objects could "
		    "not be dealt with, the first", j->failed);
	}
	if (c->published == 0)
		return 0;
	return err_set(e, EXIT_REMOTE, "%zu of the uploads were published "
	    "already, the first is '%s'", c->published, c->first);
}

int
job_clean(struct job *j, bool drop, struct err *e)
{
	struct cleaning c = { .j = j, .drop = drop };
	int rc;

	object_list_free(&j->keys);
	j->failed = 0;
	rc = object_list_read(&j->keys, j->s3, j->config->object,
	    j->config->s3.name->key, e);
	if (rc == 0 && (rc = sort_tokens(&c, e)) == 0 &&
	    (rc = clean_keys(&c, false, e)) == 0 && j->failed == 0)
		rc = clean_keys(&c, true, e);
	free(c.tokens);
	return rc != 0 ? rc : tell(&c, e);
}
