/* Chains of requests, side by side. */
#include <stdlib.h>

#include "s3/request_each.h"

/* What a place of the queue holds. */
struct chain {
	size_t item;
	void *own;
};

static struct chain *
chain_of(struct request_place *p)
{
	return p->own;
}

static void
finish(const struct request_each *each, struct request_queue *q,
    struct request_place *p)
{
	void *own = chain_of(p)->own;

	request_queue_release(q, p);
	if (own != NULL)
		each->drop(own);
	free(own);
}

/* A signal came, or the deadline: -1 with e; 0: neither did. */
static int
check(const struct request_each *each, struct err *e)
{
	return s3_check(each->s3, e) == 0 ? 0 :
	    err_prefix(e, "not finished with '%s'", s3_shown(each->s3));
}

/* A request has ended, and maybe its successors at once, when they cannot even
 * begin. */
static int
go_on(const struct request_each *each, struct request_queue *q,
    struct request_place *p, const struct err *why, struct err *e)
{
	struct chain *c = chain_of(p);
	struct err next_why = ERR_NONE;
	int rc;

	for (;;) {
		struct s3_request next = { 0 };

		rc = each->ended(each->ctx, c->item, c->own, p->headers,
		    &p->request, why, &next, e);
		if (rc <= 0)
			break;
		s3_clear(each->s3, &p->request);
		p->request = next;
		if (request_queue_start(q, p, &next_why) == 0)
			return 0;
		if (check(each, e) != 0)
			return -1;
		why = &next_why;
	}
	finish(each, q, p);
	return rc;
}

static int
begin(const struct request_each *each, struct request_queue *q, size_t item,
    struct err *e)
{
	struct request_place *p = request_queue_place(q);
	struct chain *c = chain_of(p);
	struct err why = ERR_NONE;
	int rc;

	c->item = item;
	if ((c->own = calloc(1, each->own)) == NULL) {
		finish(each, q, p);
		return err_memory(e);
	}
	rc = each->begin(each->ctx, item, c->own, p->headers, &p->request, e);
	if (rc <= 0) {
		finish(each, q, p);
		return rc;
	}
	if (request_queue_start(q, p, &why) == 0)
		return 0;
	return check(each, e) != 0 ? -1 : go_on(each, q, p, &why, e);
}

static int
wait_for_one(const struct request_each *each, struct request_queue *q,
    struct err *e)
{
	struct request_place *p;
	struct err why = ERR_NONE;

	switch (request_queue_wait(q, NULL, &p, &why)) {
	case QUEUE_NONE:
		return 0;
	case QUEUE_DONE:
		return go_on(each, q, p, NULL, e);
	case QUEUE_FAILED:
		if (check(each, e) != 0)
			return -1;
		return go_on(each, q, p, &why, e);
	case QUEUE_OVER:
		break;
	}
	*e = why;
	return err_prefix(e, "not finished with '%s'", s3_shown(each->s3));
}

static int
run(const struct request_each *each, struct request_queue *q, struct err *e)
{
	size_t next = 0;

	while (next < each->n || request_queue_taken(q) != NULL) {
		while (next < each->n && request_queue_has_place(q))
			if (begin(each, q, next++, e) != 0)
				return -1;
		if (request_queue_taken(q) != NULL &&
		    wait_for_one(each, q, e) != 0)
			return -1;
	}
	return 0;
}

int
request_each_run(const struct request_each *each, struct err *e)
{
	struct request_queue *q = request_queue_new(each->s3, each->parallel,
	    sizeof(struct chain), e);
	struct request_place *p;
	int rc;

	if (q == NULL)
		return -1;
	rc = run(each, q, e);
	while ((p = request_queue_taken(q)) != NULL)
		finish(each, q, p);
	request_queue_free(q);
	return rc;
}
