/* scan_capture: copy on, as long as a capture is open. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"

/* So many captures that are done are kept allocated, 128 KiB.  It counts in the
 * 4 MiB that json2csv takes besides its budget, and only records with thousands
 * of selected values within selected ones need more. */
enum { DONE_KEPT = 128 * 1024 / sizeof(struct capture) };

/* One of a node's leaves, as the batch has it. */
static uint32_t
mark(const struct node *n, uint32_t leaf)
{
	return n->kind != 0 ? leaf | BATCH_PART : leaf;
}

/* The batch has grown, or a record begins: what may be filled by the quick way
 * through (scan_machine.c), which is at least what is there. */
static void
set_quick(struct scan *s)
{
	const struct buffer *text = &s->batch->text,
	    *leaves = &s->batch->leaves;

	s->text_quick = text->room < s->text_max ? text->room : s->text_max;
	s->leaves_quick = leaves->room < s->leaves_max ? leaves->room :
	    s->leaves_max;
}

/* The walk stands at p, and no more of the record is copied. */
static int
overrun(struct scan *s, const char *p, bool no_memory)
{
	if (s->over)
		return -1;
	s->over = true;
	s->no_memory = no_memory;
	s->over_at = scan_offset(s, p);
	s->over_line = s->line;
	s->over_depth = s->uncopied != NULL ? s->leaf_depth : s->depth;
	return -1;
}

/* Appends to the batch's text or leaves, which become at most max bytes. */
static int
append(struct scan *s, const char *p, struct buffer *b, size_t max,
    const void *data, size_t len)
{
	if (s->over || b->size + len > max)
		return overrun(s, p, false);
	if (buffer_add(b, data, len) != 0)
		return overrun(s, p, errno != ENOSPC);
	set_quick(s);
	return 0;
}

static int
add_text(struct scan *s, const char *p, const char *text, size_t len)
{
	return append(s, p, &s->batch->text, s->text_max, text, len);
}

void
scan_substitute(struct scan *s, const char *p, const char *text, size_t len)
{
	if (s->uncopied == NULL)
		return;
	scan_flush(s, p);
	add_text(s, p, text, strlen(text));
	s->uncopied = p + len;
}

static int
add_leaf(struct scan *s, const char *p, uint32_t leaf)
{
	return append(s, p, &s->batch->leaves, s->leaves_max, &leaf,
	    sizeof(leaf));
}

void
scan_flush(struct scan *s, const char *p)
{
	add_text(s, p, s->uncopied, (size_t)(p - s->uncopied));
	s->uncopied = p;
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

/* A value that is a member of a captured one is copied again, after it. */
static int
push_done(struct scan *s, const char *p, struct capture item)
{
	if (s->done.n >= s->batch->text.limit / sizeof(item)) {
		overrun(s, p, false);
		return 0;
	}
	return push(&s->done, item) == 0 ? 0 : err_memory(s->e);
}

int
scan_capture(struct scan *s, const char *p, const struct node *n,
    uint32_t leaf)
{
	struct capture c = { .depth = s->depth, .leaf = mark(n, leaf) };

	s->capture_depth = s->depth;
	if (s->uncopied == NULL) {
		s->uncopied = p;
		s->leaf = c.leaf;
		s->leaf_depth = s->depth;
		return 0;
	}
	scan_flush(s, p);
	c.start = s->batch->text.size;
	return push(&s->open, c) == 0 ? 0 : err_memory(s->e);
}

/* Appends a copy of a text that is in the batch already. */
static int
add_again(struct scan *s, const char *p, const struct capture *c)
{
	struct buffer *text = &s->batch->text;
	size_t len = c->end - c->start;

	if (text->size + len + 1 > s->text_max)
		return overrun(s, p, false);
	if (buffer_reserve(text, len + 1) != 0)
		return overrun(s, p, errno != ENOSPC);
	memcpy(text->bytes + text->size, text->bytes + c->start, len);
	text->size += len;
	text->bytes[text->size++] = '\n';
	set_quick(s);
	return 0;
}

/* Ends the outermost capture: its text, then those of its members. */
static int
end_captures(struct scan *s, const char *p)
{
	const struct capture *c;
	size_t i;

	if (add_text(s, p, "\n", 1) != 0 || add_leaf(s, p, s->leaf) != 0)
		return -1;
	for (i = 0; i < s->done.n; i++) {
		c = &s->done.list[i];
		if (add_leaf(s, p, c->leaf) != 0 ||
		    ((c->leaf & BATCH_CLEAR) == 0 && add_again(s, p, c) != 0))
			return -1;
	}
	s->done.n = 0;
	if (s->done.room > DONE_KEPT) {
		free(s->done.list);
		s->done = (struct captures){ 0 };
	}
	return 0;
}

/* The depth of the innermost capture; one is open. */
static size_t
innermost(const struct scan *s)
{
	return s->open.n > 0 ? s->open.list[s->open.n - 1].depth :
	    s->leaf_depth;
}

int
scan_captured(struct scan *s, const char *p)
{
	struct capture c;

	scan_flush(s, p);
	while (s->open.n > 0 && innermost(s) == s->depth) {
		c = s->open.list[--s->open.n];
		c.end = s->batch->text.size;
		if (push_done(s, p, c) != 0)
			return -1;
	}
	s->capture_depth = innermost(s);
	if (s->open.n > 0 || s->capture_depth != s->depth)
		return 0;
	s->capture_depth = SCAN_NO_DEPTH;
	s->uncopied = NULL;
	return end_captures(s, p) == 0 ? 0 : scan_too_large(s);
}

int
scan_add(struct scan *s, const char *p, const char *text, size_t len,
    uint32_t leaf)
{
	if (add_text(s, p, text, len) != 0 || add_leaf(s, p, leaf) != 0)
		return scan_too_large(s);
	return 0;
}

int
scan_note(struct scan *s, const char *p, uint32_t leaf)
{
	struct capture c = { .leaf = leaf };

	if (s->uncopied != NULL)
		return push_done(s, p, c);
	return add_leaf(s, p, leaf) == 0 ? 0 : scan_too_large(s);
}

/* Within a capture: the "{" is the last byte that is copied, and the value is a
 * capture that ends as any other, when the walk has left the object. */
int
scan_note_empty(struct scan *s, const char *p, const struct node *n)
{
	struct capture c = { .leaf = mark(n, n->leaf) };

	if (s->uncopied != NULL) {
		scan_flush(s, p);
		c.depth = s->capture_depth = s->depth - 1;
		c.start = s->batch->text.size - 1;
		return push(&s->open, c) == 0 ? 0 : err_memory(s->e);
	}
	return scan_add(s, p, "{}\n", 3, c.leaf);
}

/* Makes what stands from..to in the batch, or in what is done, count for
 * nothing; a bit for each kind of elements that are among it. */
static unsigned
void_leaves(struct scan *s, size_t from, size_t to)
{
	uint32_t *leaves = (uint32_t *)(void *)s->batch->leaves.bytes, *leaf;
	size_t n = batch_leaves(s->batch);
	unsigned elements = 0;

	for (; from < to; from++) {
		leaf = from < n ? &leaves[from] :
		    &s->done.list[from - n - 1].leaf;
		if (batch_is_mark(*leaf))
			elements |= 1u << batch_kind(*leaf);
		else if ((*leaf & BATCH_CLEAR) == 0)
			*leaf = BATCH_VOID | (*leaf & BATCH_PART) |
			    (from < n ? 0 : BATCH_CLEAR); /* not copied */
	}
	return elements;
}

int
scan_clear(struct scan *s, const char *p, const struct node *n)
{
	unsigned elements = n->role == ROLE_UNWOUND ?
	    1u << n->order[0]->kind : 0;
	uint32_t more = s->levels[s->depth].each != 0 ? BATCH_MORE : 0, kind;

	if (n->leaf != NO_LEAF &&
	    scan_note(s, p, mark(n, n->leaf) | BATCH_CLEAR | more) != 0)
		return -1;
	if (n->watch != NO_LEAF &&
	    scan_note(s, p, mark(n, n->watch) | BATCH_CLEAR) != 0)
		return -1;
	if (n->opened == n->stamp)
		elements |= void_leaves(s, n->from, n->to);
	for (kind = 1; kind <= s->projection->n_unwound; kind++) {
		if ((elements >> kind & 1) == 0)
			continue;
		s->batch->unwound = true;
		if (scan_note(s, p, BATCH_NONE(kind)) != 0)
			return -1;
	}
	return 0;
}

static size_t
sum(size_t a, size_t b)
{
	return b < SIZE_MAX - a ? a + b : SIZE_MAX;
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
	/* Whether there is room must not depend on the records before. */
	s->text_max = sum(b->text.size, s->policy.max_record);
	s->leaves_max = sum(b->leaves.size, s->policy.max_record);
	s->over = false;
	set_quick(s);
	memcpy(s->head, p, sizeof(s->head));
}

void
scan_record_end(struct scan *s)
{
	struct batch *b = s->batch;

	b->records[b->n_records].end = batch_leaves(b);
	b->n_records++;
	s->in_record = false;
}

void
scan_drop_cut(struct scan *s)
{
	if (!s->in_record)
		return;
	s->batch->text.size = s->record_text;
	s->batch->leaves.size = s->record_leaves;
	s->in_record = false;
}
