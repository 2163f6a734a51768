/* body_queue: the list of entries and their pieces, in the order of the output. */
#include "fetch/body_queue_private.h"

#include <stdlib.h>
#include <string.h>

/* A piece is put aside if it fills no more than this share of a window: copying
 * more would cost more than the lane that it gives back. */
enum { ASIDE_SHARE = 4 };

static void
free_lane(struct lane *l)
{
	transfer_drop(&l->transfer);
	l->piece = NULL;
	l->busy = false;
}

void
queue_free_piece(struct run *r, struct piece *p)
{
	if (p->lane != NULL)
		free_lane(p->lane);
	r->put -= p->size;
	free(p->aside);
	free(p);
	r->places--;
}

void
queue_free_pieces(struct run *r, struct entry *en)
{
	struct piece *next;

	for (struct piece *p = en->pieces; p != NULL; p = next) {
		next = p->next;
		queue_free_piece(r, p);
	}
	en->pieces = en->last = NULL;
}

void
queue_pop(struct run *r)
{
	struct entry *en = r->first;

	r->first = en->next;
	if (r->first == NULL)
		r->last = NULL;
	queue_free_pieces(r, en);
	r->put -= en->weight;
	body_free(&en->body);
	free(en);
}

int
queue_add_piece(struct run *r, struct entry *en, struct lane *l,
    enum transfer_kind kind, uint64_t size, struct err *e)
{
	struct piece *p = calloc(1, sizeof *p);

	if (p == NULL)
		return err_memory(e);
	p->entry = en;
	p->lane = l;
	if (en->last != NULL)
		en->last->next = p;
	else
		en->pieces = p;
	en->last = p;
	r->places++;
	transfer_begin(&l->transfer, &en->body, kind, en->body.next, size);
	l->transfer.leads = r->first == en && en->pieces == p;
	l->piece = p;
	l->has_turn = false;
	l->not_before = 0;
	if (kind == TRANSFER_RANGE)
		en->body.next += size;
	return 0;
}

/* An object on S3 is split when its length is known; others are probed. */
static enum transfer_kind
first_kind(const struct run *r, const struct body *b)
{
	const struct body_queue_config *c = &r->q->config;
	const struct http_policy *p = r->q->policy;

	return b->object == NULL && c->lanes > 1 && !c->compressed &&
	    p->body == NULL && (p->method == NULL ||
	    strcmp(p->method, "GET") == 0) ? TRANSFER_PROBE : TRANSFER_WHOLE;
}

int
queue_add(struct run *r, const struct body *b, struct lane *l, struct err *e)
{
	struct entry *en = calloc(1, sizeof *en);

	if (en == NULL) {
		struct body dropped = *b;

		body_free(&dropped);
		return err_memory(e);
	}
	en->body = *b;
	en->weight = strlen(b->url);
	r->put += en->weight;
	if (r->last != NULL)
		r->last->next = en;
	else
		r->first = en;
	r->last = en;
	return queue_add_piece(r, en, l, first_kind(r, b),
	    r->q->config.chunk, e);
}

void
queue_put_aside(struct run *r, struct piece *p)
{
	struct window *w = &p->lane->transfer.window;
	size_t size = window_size(w);
	char *copy;

	if (r->n_lanes == 1 || p->lane->transfer.leads ||
	    size > r->q->config.window / ASIDE_SHARE ||
	    size + r->put > r->q->config.window)
		return;
	copy = malloc(size > 0 ? size : 1);
	if (copy == NULL)
		return;
	memcpy(copy, window_bytes(w), size);
	r->put += size;
	free_lane(p->lane);
	p->lane = NULL;
	p->size = size;
	p->aside = copy;
}
