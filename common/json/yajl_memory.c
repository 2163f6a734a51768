/* yajl_memory: allocations on a list, under a limit, that never return NULL. */
#include <stdint.h>
#include <stdlib.h>

#include "json/yajl_memory.h"

struct yajl_memory_block {
	struct yajl_memory_block *next, **link;	/* *link points here */
	size_t size;
	_Alignas(max_align_t) unsigned char data[];
};

static struct yajl_memory_block *
block_of(void *p)
{
	return (struct yajl_memory_block *)
	    ((unsigned char *)p - offsetof(struct yajl_memory_block, data));
}

static void
link_in(struct yajl_memory *h, struct yajl_memory_block *b)
{
	b->next = h->blocks;
	b->link = &h->blocks;
	if (b->next != NULL)
		b->next->link = &b->next;
	h->blocks = b;
}

static void
take_out(struct yajl_memory_block *b)
{
	*b->link = b->next;
	if (b->next != NULL)
		b->next->link = b->link;
}

static void
give(void *ctx, void *p)
{
	struct yajl_memory *h = ctx;
	struct yajl_memory_block *b;

	if (p == NULL)
		return;
	b = block_of(p);
	take_out(b);
	h->used -= b->size;
	free(b);
}

static void *
resize(void *ctx, void *p, size_t size)
{
	struct yajl_memory *h = ctx;
	struct yajl_memory_block *old = p != NULL ? block_of(p) : NULL, *b;
	size_t had = old != NULL ? old->size : 0;

	if (size > h->limit || h->used - had > h->limit - size)
		longjmp(h->out, 1);
	if (old != NULL)
		take_out(old);
	b = realloc(old, sizeof(*b) + size);
	if (b == NULL) {
		if (old != NULL)
			link_in(h, old);
		h->refused = true;
		longjmp(h->out, 1);
	}
	b->size = size;
	h->used = h->used - had + size;
	link_in(h, b);
	return b->data;
}

static void *
take(void *ctx, size_t size)
{
	return resize(ctx, NULL, size);
}

void
yajl_memory_init(struct yajl_memory *h, size_t limit)
{
	h->funcs.malloc = take;
	h->funcs.realloc = resize;
	h->funcs.free = give;
	h->funcs.ctx = h;
	h->blocks = NULL;
	h->used = 0;
	h->refused = false;
	h->limit = limit < SIZE_MAX / 2 ? limit : SIZE_MAX / 2;
}

void
yajl_memory_free(struct yajl_memory *h)
{
	while (h->blocks != NULL)
		give(h, h->blocks->data);
	h->refused = false;
}
