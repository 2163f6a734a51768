/*
 * job_private: what the files of job share.
 */
#ifndef S3_JOB_PRIVATE_H
#define S3_JOB_PRIVATE_H

#include "s3/job.h"
#include "s3/object_list.h"
#include "s3/receipt.h"
#include "s3/request_each.h"

enum job_state {
	JOB_PREPARED,		/* to be published */
	JOB_STORED,		/* it is */
	JOB_NOTHING,		/* the task's input was empty */
	JOB_DEAD,		/* its upload is gone, and was not published */
	JOB_FAILED		/* it could not be published now */
};

/* What one task has prepared. */
struct job_item {
	enum job_state state;
	uint64_t index;
	char *line;		/* the receipt, len bytes, NUL-terminated */
	size_t len;
	char *key;		/* the object's; NULL: nothing */
	char token[TOKEN_TEXT];
	char *etag, *version;	/* when it is stored; version may be NULL */
};

struct job {
	const struct job_config *config;
	struct s3_client *s3;
	char mark[96];		/* the header by which a manifest is known */
	struct object_list keys;
	struct job_item *items;
	size_t n;
	size_t bytes;		/* of all lines */
	unsigned plan;		/* the plan's number; 0: none */
	bool told;		/* that If-None-Match is not known */
	size_t failed;		/* of what is being done; and why the first */
	struct err first;
};

/* Frees the items. */
void job_forget(struct job *j);

/* Notes a failure of one item. */
void job_fail(struct job *j, const struct err *why);

/* A request_each with the job's client and numbers, for n items. */
struct request_each job_each(struct job *j, size_t n, size_t own, void *ctx);

/* Reads a receipt, or a line of a plan, into an item; 65 for anything else. */
int job_take_line(const struct job *j, struct job_item *item, const char *line,
    size_t len, struct err *e);

/* job_plan.c: the items become those of the plan, an old or a new one.  1: they
 * are; 0: the manifest is there meanwhile; -1 with e. */
int job_plan(struct job *j, struct err *e);

/* The same when items of the plan are dead. */
int job_plan_again(struct job *j, struct err *e);

/* Is there no plan, but from all tasks what one is made of?  1, or 0; -1 with e.
 * No items are left. */
int job_plan_is_due(struct job *j, struct err *e);

/* job_publish.c: looks at all uploads; 69 when one is gone. */
int job_check(struct job *j, struct err *e);

/* Publishes all items that are prepared.  -1 with e for what ends everything;
 * else each item has its state, and j->failed is the number of those that are
 * neither stored nor nothing. */
int job_publish(struct job *j, struct err *e);

/* job_manifest.c: is there the manifest of this job?  1: yes; 0: there is none;
 * -1 with e, 73 for another's. */
int job_manifest_look(struct job *j, struct err *e);

/* Writes it, and gives it out. */
int job_manifest_write(struct job *j, struct err *e);

/* job_clean.c: ends all uploads that no item names and deletes what the tasks
 * and commits have left.  drop: it was all to be dropped, so what is published
 * is a failure. */
int job_clean(struct job *j, bool drop, struct err *e);

#endif
