/* A job's commit and abort, step by step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/hash.h"
#include "s3/job_private.h"

#define MARK "x-amz-meta-s3put-job"

void
job_forget(struct job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		struct job_item *item = &j->items[i];

		free(item->line);
		free(item->key);
		free(item->etag);
		free(item->version);
	}
	free(j->items);
	j->items = NULL;
	j->n = 0;
	j->bytes = 0;
}

void
job_fail(struct job *j, const struct err *why)
{
	if (j->failed++ == 0)
		j->first = *why;
}

struct request_each
job_each(struct job *j, size_t n, size_t own, void *ctx)
{
	return (struct request_each){ .s3 = j->s3,
		.parallel = j->config->parallel, .n = n, .own = own,
		.ctx = ctx };
}

int
job_take_line(const struct job *j, struct job_item *item, const char *line,
    size_t len, struct err *e)
{
	struct receipt r;
	int rc = 0;

	*item = (struct job_item){ .state = JOB_NOTHING };
	if (receipt_read(&r, line, len, e) != 0)
		return -1;
	item->index = r.index;
	if (r.state == RECEIPT_BEGUN || !r.indexed)
		rc = err_set(e, EXIT_DATA, "not a receipt of a task");
	else if (r.index >= j->config->expect)
		rc = err_set(e, EXIT_DATA, "task %llu is none of the %llu that "
		    "--expect says", (unsigned long long)r.index,
		    (unsigned long long)j->config->expect);
	else if (r.state == RECEIPT_PREPARED && strcmp(r.name.bucket,
	    j->config->s3.name->bucket) != 0)
		rc = err_set(e, EXIT_DATA, "the receipt of task %llu is about "
		    "another bucket", (unsigned long long)r.index);
	if (rc == 0 && r.state == RECEIPT_PREPARED) {
		item->state = JOB_PREPARED;
		item->key = r.name.key;
		r.name.key = NULL;
		memcpy(item->token, r.multipart.token, sizeof item->token);
	}
	if (rc == 0 && (item->line = malloc(len + 1)) == NULL)
		rc = err_memory(e);
	if (rc == 0) {
		memcpy(item->line, line, len);
		item->line[len] = '\0';
		item->len = len;
	} else {
		free(item->key);
		item->key = NULL;
	}
	receipt_free(&r);
	return rc;
}

/* The job is known by the prefix of its receipts.  A header has no UTF-8, so its
 * digest stands for it. */
static int
make_mark(struct job *j, struct err *e)
{
	const struct s3_name *name = j->config->s3.name;
	struct sha256 hash = { 0 };
	uint8_t digest[SHA256_SIZE];
	char text[SHA256_HEX];
	int rc = sha256_start(&hash, e);

	if (rc == 0)
		rc = sha256_add(&hash, name->bucket, strlen(name->bucket), e);
	if (rc == 0)
		rc = sha256_add(&hash, "/", 1, e);
	if (rc == 0)
		rc = sha256_add(&hash, name->key, strlen(name->key), e);
	if (rc == 0)
		rc = sha256_end(&hash, digest, e);
	sha256_free(&hash);
	if (rc == 0) {
		hex_write(text, digest, sizeof digest);
		snprintf(j->mark, sizeof j->mark, MARK ": %s", text);
	}
	return rc;
}

static int
open_job(struct job *j, const struct job_config *config, struct err *e)
{
	*j = (struct job){ .config = config };
	/* OpenSSL begins with the client.  Where it cannot begin within a digest
	 * (3.0, without memory) it crashes. */
	if ((j->s3 = s3_open(&config->s3, config->creds, e)) == NULL)
		return -1;
	return make_mark(j, e);
}

static void
close_job(struct job *j)
{
	job_forget(j);
	object_list_free(&j->keys);
	s3_close(j->s3);
}

/* Some of the plan are not published; the first of them says why. */
static int
tell_failed(const struct job *j, struct err *e)
{
	*e = j->first;
	return j->failed == 1 ? -1 : err_prefix(e, "%zu of %zu were not "
	    "published, the first", j->failed, j->n);
}

static bool
is_dead(const struct job *j)
{
	bool dead = false;

	for (size_t i = 0; i < j->n; i++) {
		if (j->items[i].state == JOB_FAILED)
			return false;	/* the plan may still be followed */
		dead |= j->items[i].state == JOB_DEAD;
	}
	return dead;
}

/* Steps 2 to 5.  0: the manifest is there, or nobody wants one. */
static int
commit(struct job *j, struct err *e)
{
	int rc = job_plan(j, e);

	if (rc <= 0)
		return rc;
	if (job_publish(j, e) != 0)
		return -1;
	if (j->failed > 0 && is_dead(j)) {
		if ((rc = job_plan_again(j, e)) <= 0)
			return rc;
		if (job_publish(j, e) != 0)
			return -1;
	}
	return j->failed > 0 ? tell_failed(j, e) : job_manifest_write(j, e);
}

/* Another commit may have done all of it, and have deleted what this one was
 * about to read. */
static bool
done_by_another(struct job *j)
{
	struct err unknown = ERR_NONE;

	return s3_check(j->s3, &unknown) == 0 &&
	    job_manifest_look(j, &unknown) == 1;
}

/* Step 1.  What single tasks have prepared since the manifest was written comes
 * from tasks that were thought dead; what all of them have, from another run. */
static int
look_for_manifest(struct job *j, struct err *e)
{
	int rc = job_manifest_look(j, e), due;

	if (rc != 1 || (due = job_plan_is_due(j, e)) == 0)
		return rc;
	return due < 0 ? -1 : err_set(e, EXIT_EXISTS, "there is a manifest, "
	    "'s3://%s/%.300s', and all %llu tasks have prepared uploads since: "
	    "let each run have a prefix of its own, such as {job}, or delete "
	    "the manifest", j->config->s3.name->bucket, j->config->success,
	    (unsigned long long)j->config->expect);
}

int
job_commit(const struct job_config *config, struct err *e)
{
	struct job j;
	int rc = open_job(&j, config, e);

	if (rc == 0 && (rc = look_for_manifest(&j, e)) == 0)
		rc = commit(&j, e);
	if (rc < 0 && j.s3 != NULL && e->code != EXIT_EXISTS &&
	    done_by_another(&j))
		rc = 0;
	if (rc >= 0 && (rc = job_clean(&j, false, e)) != 0)
		err_prefix(e, "everything is published, but not all is cleaned "
		    "up");
	close_job(&j);
	return rc;
}

int
job_abort(const struct job_config *config, struct err *e)
{
	struct job j;
	int rc = open_job(&j, config, e);

	if (rc == 0)
		rc = job_clean(&j, true, e);
	close_job(&j);
	return rc;
}
