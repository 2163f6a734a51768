/* scan_capture: copy on, as long as a value is kept. */
#include <stdlib.h>
#include <string.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"

/* A leaf as the batch has it. */
static uint32_t
mark(const struct node *n)
{
	return n->role > ROLE_MEMBER ? n->leaf | BATCH_PART : n->leaf;
}

static int
add_leaf(struct scan *s, uint32_t leaf)
{
	return buffer_add(&s->batch->leaves, &leaf, sizeof(leaf));
}

void
scan_flush(struct scan *s, const char *p)
{
	if (!s->over && buffer_add(&s->batch->text, s->keep,
	    (size_t)(p - s->keep)) != 0)
		s->over = true;
	s->keep = p;
}

static int
push(struct captures *c, struct capture item)
{
	struct capture *grown;
	size_t room = c->room == 0 ? 8 : 2 * c->room;

	if (c->n == c->room) {
		grown = realloc(c->list, room * sizeof(*grown));
		if (grown == NULL)
			return -1;
		c->list = grown;
		c->room = room;
	}
	c->list[c->n++] = item;
	return 0;
}

/* A value that is a member of a captured one is copied again, behind it. */
static int
push_done(struct scan *s, struct capture item)
{
	if (s->done.n >= s->batch->text.limit / sizeof(item)) {
		s->over = true;
		return 0;
	}
	return push(&s->done, item) == 0 ? 0 : err_memory(s->e);
}

int
scan_capture(struct scan *s, const char *p, const struct node *n)
{
	struct capture c = { .depth = s->depth, .leaf = mark(n) };

	s->capture_depth = s->depth;
	if (s->keep == NULL) {
		s->keep = p;
		s->leaf = c.leaf;
		s->leaf_depth = s->depth;
		return 0;
	}
	scan_flush(s, p);
	c.start = s->batch->text.size;
	return push(&s->open, c) == 0 ? 0 : err_memory(s->e);
}

/* Ends the outermost capture: its text, then those of its members. */
static int
end_captures(struct scan *s)
{
	struct buffer *text = &s->batch->text;
	size_t i, len;
	struct capture *c;

	if (buffer_add(text, "\n", 1) != 0 || add_leaf(s, s->leaf) != 0)
		return -1;
	for (i = 0; i < s->done.n; i++) {
		c = &s->done.list[i];
		len = c->end - c->start;
		if (add_leaf(s, c->leaf) != 0 ||
		    buffer_reserve(text, len + 1) != 0)
			return -1;
		if ((c->leaf & BATCH_CLEAR) != 0)
			continue;
		memcpy(text->bytes + text->size, text->bytes + c->start, len);
		text->size += len;
		text->bytes[text->size++] = '\n';
	}
	s->done.n = 0;
	return 0;
}

int
scan_captured(struct scan *s, const char *p)
{
	struct capture c;

	scan_flush(s, p);
	if (s->open.n > 0) {
		c = s->open.list[--s->open.n];
		c.end = s->batch->text.size;
		s->capture_depth = s->open.n > 0 ?
		    s->open.list[s->open.n - 1].depth : s->leaf_depth;
		return push_done(s, c);
	}
	s->capture_depth = SCAN_NO_DEPTH;
	s->keep = NULL;
	if (s->over || end_captures(s) != 0)
		return scan_too_large(s);
	return 0;
}

int
scan_note(struct scan *s, uint32_t leaf)
{
	struct capture c = { .leaf = leaf };

	if (s->keep != NULL)
		return push_done(s, c);
	return add_leaf(s, leaf) == 0 ? 0 : scan_too_large(s);
}

int
scan_note_empty(struct scan *s, const struct node *n)
{
	if (buffer_add(&s->batch->text, "{}\n", 3) != 0 ||
	    add_leaf(s, mark(n)) != 0)
		return scan_too_large(s);
	return 0;
}

/* Walks the tree in its order. */
int
scan_clear(struct scan *s, const struct node *top)
{
	const struct node *n = top;

	for (;;) {
		if (n->leaf != NO_LEAF && scan_note(s,
		    mark(n) | BATCH_CLEAR) != 0)
			return -1;
		if (n->role == ROLE_UNWOUND) {
			s->batch->unwound = true;
			if (scan_note(s, BATCH_NONE) != 0)
				return -1;
		} else if (n->n_children > 0) {
			n = n->order[0];
			continue;
		}
		while (n != top && n->place + 1 == n->parent->n_children)
			n = n->parent;
		if (n == top)
			return 0;
		n = n->parent->order[n->place + 1];
	}
}

void
scan_record(struct scan *s, const char *p)
{
	struct batch *b = s->batch;
	struct record *r = &b->records[b->n_records];

	s->records++;
	r->number = s->records;
	r->offset = scan_offset(s, p);
	r->line = s->line;
	s->in_record = true;
	s->record_text = b->text.size;
	s->record_leaves = b->leaves.size;
	s->over = false;
	memcpy(s->head, p, sizeof(s->head));
}

int
scan_record_end(struct scan *s)
{
	struct batch *b = s->batch;

	/* Whether there was room must not depend on the records before. */
	if (b->text.size - s->record_text > s->policy.max_record ||
	    b->leaves.size - s->record_leaves > s->policy.max_record)
		return scan_too_large(s);
	b->records[b->n_records].end = batch_leaves(b);
	b->n_records++;
	s->in_record = false;
	return 0;
}

void
scan_drop_cut(struct scan *s)
{
	if (!s->in_record)
		return;
	s->batch->text.size = s->record_text;
	s->batch->leaves.size = s->record_leaves;
}
