/*
 * receipt_object: what the tasks of an array leave on S3, below one prefix.
 *
 *	PREFIX3				the receipt of task 3
 *	PREFIX3.TOKEN.begun		an upload of task 3 has begun
 *	PREFIX.plan.1			what --commit has decided to publish (job.h)
 *
 * A task that is repeated replaces its own receipt.  Its earlier upload, finished
 * or not, is known by the second kind of object, which whoever commits or aborts
 * the job finds: nobody else ends an upload of another process, so no choice that
 * --commit has made is undone.
 */
#ifndef S3_RECEIPT_OBJECT_H
#define S3_RECEIPT_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "s3/multipart.h"
#include "s3/object.h"
#include "s3/s3_client.h"

struct receipt_object {
	const char *key;	/* of the task's receipt, in the client's bucket */
	uint64_t index;
};

/* Says that m has begun; call it before its first part is sent. */
int receipt_object_begin(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m, struct err *e);

/* Takes that back, because m was aborted. */
int receipt_object_forget(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m, struct err *e);

/*
 * Leaves the receipt of what was prepared; m->id NULL: of nothing.  -1 with e:
 * there is none, or, with *maybe, there may be one, so that the upload must not
 * be aborted.
 */
int receipt_object_give(struct s3_client *s3, const struct object *object,
    const struct receipt_object *at, const struct multipart *m,
    const struct complete_input *complete, bool *maybe, struct err *e);

/* What the end of a key says of it. */
enum receipt_kind { RECEIPT_KEY, RECEIPT_BEGUN_KEY, RECEIPT_PLAN_KEY,
	RECEIPT_FOLDER };	/* the prefix itself, which consoles create */

/* For RECEIPT_BEGUN_KEY token is filled, for RECEIPT_PLAN_KEY *number. */
enum receipt_kind receipt_object_kind(const char *key, const char *prefix,
    char token[TOKEN_TEXT], unsigned *number);

/* The key of a plan, for the caller to free; NULL: no memory. */
char *receipt_object_plan(const char *prefix, unsigned number);

#endif
