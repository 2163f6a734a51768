/*
 * transfer_private: what the two parts of transfer share: attempts (transfer.c)
 * and answers (transfer_answer.c).  Nobody else includes it.
 */
#ifndef FETCH_TRANSFER_PRIVATE_H
#define FETCH_TRANSFER_PRIVATE_H

#include "fetch/transfer.h"

#define UNKNOWN UINT64_MAX	/* end of an answer that does not tell it */

/* The call's callbacks. */
int transfer_on_head(struct http_call *call);
int transfer_on_body(struct http_call *call, const void *data, size_t len);

/* The answer is of no use; t->err says so, and that it is about the URL.  Returns
 * -1. */
int transfer_refuse(struct transfer *t, enum exit_code code, const char *why);

/* The parts of an attempt that are different for an object on S3: its request,
 * with n headers more; and the judgement of an answer that is of no use. */
int transfer_ask_s3(struct transfer *t, const char *const *own, size_t n,
    struct err *e);
enum transfer_verdict transfer_judge_s3(struct transfer *t, bool *at_once,
    struct err *e);

/* Forgets everything; allowed as long as no byte is in the writer. */
void transfer_start_over(struct transfer *t);

/* How many bytes the window of a whole that leads may hold before it goes out;
 * and what lets it go out, with the writer's error. */
size_t transfer_flush_at(const struct transfer *t);
int transfer_put(struct transfer *t, struct err *e);

#endif
