/* Which uploads are published: a plan that is there, or one made of receipts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s3/job_private.h"
#include "s3/receipt_object.h"
#include "s3/small_object.h"

#define ONCE "If-None-Match: *"
#define TYPE "Content-Type: application/x-ndjson"

enum { NAMED = 10 };		/* missing tasks that a message names */

static uint64_t
budget(const struct job *j)
{
	return j->config->memory / 2;
}

static int
too_much(const struct job *j, struct err *e)
{
	return err_set(e, EXIT_DATA, "the receipts have more than %llu bytes: "
	    "raise -m", (unsigned long long)budget(j));
}

static void
sort_items(struct job *j, int (*compare)(const void *, const void *))
{
	if (j->n > 1)
		qsort(j->items, j->n, sizeof *j->items, compare);
}

static int
by_index(const void *a, const void *b)
{
	uint64_t x = ((const struct job_item *)a)->index;
	uint64_t y = ((const struct job_item *)b)->index;

	return x < y ? -1 : x > y;
}

/* Those that have none come last. */
static int
by_key(const void *a, const void *b)
{
	const char *x = ((const struct job_item *)a)->key;
	const char *y = ((const struct job_item *)b)->key;

	if (x == NULL || y == NULL)
		return (x == NULL) - (y == NULL);
	return strcmp(x, y);
}

/* Reading receipts. */

struct reading {
	struct job *j;
	char **keys;		/* of the receipts */
	size_t n;
};

static int
begin_read(void *ctx, size_t i, void *own, const char **headers,
    struct s3_request *first, struct err *e)
{
	struct reading *r = ctx;

	(void)own;
	(void)e;
	small_object_get_request(first, r->j->config->object, r->keys[i],
	    RECEIPT_MAX, headers);
	return 1;
}

static int
end_read(void *ctx, size_t i, void *own, const char **headers,
    const struct s3_request *q, const struct err *why,
    struct s3_request *next, struct err *e)
{
	struct reading *r = ctx;
	struct job *j = r->j;
	const char *body;
	size_t len;

	(void)own;
	(void)headers;
	(void)next;
	if (why != NULL && small_object_missing(q))
		return 0;	/* then it is missing, and that is said */
	if (why != NULL) {
		*e = *why;
		return -1;
	}
	body = s3_body(q, &len);
	if (j->bytes + len > budget(j))
		return too_much(j, e);
	if (job_take_line(j, &j->items[j->n], body, len, e) != 0)
		return err_prefix(e, "'s3://%s/%.300s'",
		    j->config->s3.name->bucket, r->keys[i]);
	j->bytes += len;
	j->n++;
	return 0;
}

static void
drop_nothing(void *own)
{
	(void)own;
}

/* Reads all receipts that the list has; the items are in any order. */
static int
read_receipts(struct job *j, struct err *e)
{
	const char *prefix = j->config->s3.name->key;
	struct reading r = { .j = j };
	struct request_each each;
	char token[TOKEN_TEXT];
	unsigned number;
	int rc;

	job_forget(j);
	r.keys = malloc((j->keys.n + 1) * sizeof *r.keys);
	j->items = calloc(j->keys.n + 1, sizeof *j->items);
	if (r.keys == NULL || j->items == NULL) {
		free(r.keys);
		return err_memory(e);
	}
	for (size_t i = 0; i < j->keys.n; i++)
		if (receipt_object_kind(j->keys.keys[i], prefix, token,
		    &number) == RECEIPT_KEY)
			r.keys[r.n++] = j->keys.keys[i];
	each = job_each(j, r.n, 1, &r);
	each.begin = begin_read;
	each.ended = end_read;
	each.drop = drop_nothing;
	rc = request_each_run(&each, e);
	free(r.keys);
	return rc;
}

/* Are they one of each task?  They are in the order of their indices. */
static int
check_indices(const struct job *j, struct err *e)
{
	char named[NAMED * 24] = "";
	uint64_t missing = 0, want = 0;

	for (size_t i = 0; i < j->n || want < j->config->expect; want++) {
		size_t at = strlen(named);

		if (i < j->n && j->items[i].index == want) {
			if (++i < j->n && j->items[i].index == want)
				return err_set(e, EXIT_DATA, "there are two "
				    "receipts of task %llu",
				    (unsigned long long)want);
			continue;
		}
		if (missing++ < NAMED)
			snprintf(named + at, sizeof named - at, "%s%llu",
			    at == 0 ? "" : ", ", (unsigned long long)want);
	}
	if (missing == 0)
		return 0;
	return err_set(e, EXIT_UPSTREAM, "%llu of %llu tasks have left no "
	    "receipt: %s%s", (unsigned long long)missing,
	    (unsigned long long)j->config->expect, named,
	    missing > NAMED ? ", …" : "");
}

/* No two of them may become one object.  Leaves them in the order of their
 * indices. */
static int
check_keys(struct job *j, struct err *e)
{
	int rc = 0;

	sort_items(j, by_key);
	for (size_t i = 1; i < j->n && rc == 0; i++)
		if (j->items[i].key != NULL &&
		    strcmp(j->items[i].key, j->items[i - 1].key) == 0)
			rc = err_set(e, EXIT_DATA, "tasks %llu and %llu have "
			    "both prepared 's3://%s/%.300s'",
			    (unsigned long long)j->items[i - 1].index,
			    (unsigned long long)j->items[i].index,
			    j->config->s3.name->bucket, j->items[i].key);
	sort_items(j, by_index);
	return rc;
}

/* Plans. */

static int
no_plan(const struct job *j, struct err *e)
{
	return err_set(e, EXIT_DATA, "it has not the %llu tasks that --expect "
	    "says", (unsigned long long)j->config->expect);
}

/* 1, or -1 with e. */
static int
take_line(struct job *j, const char *line, size_t len, struct err *e)
{
	if (j->n == j->config->expect)
		return no_plan(j, e);
	if (job_take_line(j, &j->items[j->n], line, len, e) != 0)
		return -1;
	j->bytes += j->items[j->n++].len;
	return 1;
}

/* Reads the plan of that number: 1; 0: it is not there. */
static int
load_plan(struct job *j, unsigned number, struct err *e)
{
	char *key = receipt_object_plan(j->config->s3.name->key, number);
	char *text = NULL, *at, *feed;
	size_t len = 0;
	int rc = key == NULL ? err_memory(e) : small_object_get(j->s3,
	    j->config->object, key, (size_t)budget(j), &text, &len, e);

	job_forget(j);
	if (rc == 1 && (j->items = calloc(j->config->expect,
	    sizeof *j->items)) == NULL)
		rc = err_memory(e);
	at = text;
	while (rc == 1 && at < text + len) {
		feed = memchr(at, '\n', len - (size_t)(at - text));
		rc = feed == NULL ? no_plan(j, e) :
		    take_line(j, at, (size_t)(feed - at), e);
		at = feed == NULL ? at : feed + 1;
	}
	if (rc == 1 && (check_indices(j, e) != 0 || check_keys(j, e) != 0))
		rc = err_class(e, EXIT_DATA);
	if (rc < 0 && key != NULL)
		err_prefix(e, "the plan 's3://%s/%.300s'",
		    j->config->s3.name->bucket, key);
	free(text);
	free(key);
	if (rc == 1)
		j->plan = number;
	return rc;
}

static char *
plan_text(const struct job *j, size_t *len)
{
	char *text = malloc(j->bytes + j->n + 1), *at = text;

	for (size_t i = 0; text != NULL && i < j->n; i++) {
		const struct job_item *item = &j->items[i];
		size_t n = item->len;

		while (n > 0 && item->line[n - 1] == '\n')
			n--;
		memcpy(at, item->line, n);
		at += n;
		*at++ = '\n';
	}
	*len = text == NULL ? 0 : (size_t)(at - text);
	return text;
}

/* Does the service know If-None-Match?  The plan is there: to write it again must
 * fail. */
static int
try_condition(struct job *j, const struct small_object *o, struct err *e)
{
	int rc = small_object_put(j->s3, j->config->object, o, NULL, e);

	if (rc == 0 && !j->told)
		diag_say("this service ignores If-None-Match: two commits of a "
		    "job that run at once are not kept apart");
	j->told |= rc == 0;
	return rc < 0 ? -1 : 0;
}

/* Makes the items the plan of that number: 1; 0: another one has it. */
static int
write_plan(struct job *j, unsigned number, struct err *e)
{
	struct small_object o = { .type = TYPE, .condition = ONCE };
	char *key = receipt_object_plan(j->config->s3.name->key, number);
	char *text = plan_text(j, &o.len);
	int rc = -1;

	if (key == NULL || text == NULL) {
		err_memory(e);
	} else {
		o.key = key;
		o.text = text;
		rc = small_object_put(j->s3, j->config->object, &o, NULL, e);
		if (rc == 0)
			rc = try_condition(j, &o, e) == 0 ? 0 : -1;
	}
	free(text);
	free(key);
	if (rc == 0)
		j->plan = number;
	return rc < 0 ? -1 : rc == 0;
}

/* The items, which are a job's receipts, become that plan, unless another commit
 * was faster: then its plan is taken.  As job_plan. */
static int
settle_plan(struct job *j, unsigned number, struct err *e)
{
	int rc = write_plan(j, number, e);

	if (rc == 0 && (rc = load_plan(j, number, e)) == 0)
		return err_set(e, EXIT_TEMP, "the plan of another commit went "
		    "away");
	if (rc < 0)
		return -1;
	/* Step 3: a plan that was made after the manifest is none, and what it
	 * names is to be aborted. */
	if ((rc = job_manifest_look(j, e)) == 0)
		return 1;
	job_forget(j);
	return rc < 0 ? -1 : 0;
}

static int
list_keys(struct job *j, unsigned *plan, struct err *e)
{
	const char *prefix = j->config->s3.name->key;
	char token[TOKEN_TEXT];
	unsigned number;

	object_list_free(&j->keys);
	*plan = 0;
	if (object_list_read(&j->keys, j->s3, j->config->object, prefix,
	    e) != 0)
		return -1;
	for (size_t i = 0; i < j->keys.n; i++)
		if (receipt_object_kind(j->keys.keys[i], prefix, token,
		    &number) == RECEIPT_PLAN_KEY && number > *plan)
			*plan = number;
	return 0;
}

/* The receipts that stand there now, one of each task. */
static int
take_receipts(struct job *j, struct err *e)
{
	if (read_receipts(j, e) != 0)
		return -1;
	sort_items(j, by_index);
	return check_indices(j, e) != 0 || check_keys(j, e) != 0 ||
	    job_check(j, e) != 0 ? -1 : 0;
}

int
job_plan(struct job *j, struct err *e)
{
	unsigned number;
	int rc;

	if (list_keys(j, &number, e) != 0)
		return -1;
	if (number == 0)
		return take_receipts(j, e) != 0 ? -1 : settle_plan(j, 1, e);
	if ((rc = load_plan(j, number, e)) == 0)
		return err_set(e, EXIT_TEMP, "the plan of another commit went "
		    "away");
	return rc < 0 ? -1 : 1;
}

/* What has failed, has failed for good. */
static bool
is_settled(const struct job *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->items[i].state == JOB_FAILED)
			return false;
	return j->failed > 0;
}

/* Is each item an upload that is there, or nothing?  Not if all are nothing. */
static int
are_prepared(struct job *j, struct err *e)
{
	bool any = false;

	if (job_check(j, e) != 0)
		return is_settled(j) ? 0 : -1;
	for (size_t i = 0; i < j->n; i++) {
		if (j->items[i].state == JOB_STORED)
			return 0;
		any |= j->items[i].state == JOB_PREPARED;
	}
	return any;
}

int
job_plan_is_due(struct job *j, struct err *e)
{
	unsigned number;
	int rc = list_keys(j, &number, e);

	if (rc == 0 && number == 0 && (rc = read_receipts(j, e)) == 0 &&
	    j->n == j->config->expect)
		rc = are_prepared(j, e);
	job_forget(j);
	return rc;
}

/* Dead uploads of the plan, by their tokens, must have a successor.  The plan's
 * items are freed. */
int
job_plan_again(struct job *j, struct err *e)
{
	const struct err why = j->first;
	struct job old = { .items = j->items, .n = j->n };
	unsigned number = j->plan, latest;
	int rc;

	j->items = NULL;
	j->n = 0;
	rc = list_keys(j, &latest, e);
	if (rc == 0 && latest > number)
		rc = load_plan(j, latest, e);
	else if (rc == 0 && (rc = read_receipts(j, e)) == 0) {
		sort_items(j, by_index);
		if ((rc = check_indices(j, e)) == 0)
			rc = check_keys(j, e);
		for (size_t i = 0; rc == 0 && i < old.n; i++)
			if (old.items[i].state == JOB_DEAD &&
			    strcmp(j->items[i].token,
			    old.items[i].token) == 0) {
				*e = why;
				rc = err_prefix(e, "run the task again, then "
				    "commit");
			}
		if (rc == 0 && (rc = job_check(j, e)) == 0)
			rc = settle_plan(j, number + 1, e);
	}
	job_forget(&old);
	return rc;
}
