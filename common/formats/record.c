/*
 * record: the cells of a batch, out of yajl.
 *
 * The batch's text goes to yajl in one piece, so no token is cut and what
 * yajl gives out points into it, except for strings with escapes, which yajl
 * decodes into a buffer of its own and forgets.  Those are put back over
 * their own raw text, which is never shorter and which yajl has done with.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "formats/record.h"
#include "formats/yheap.h"

struct record_reader {
	struct yheap heap;
	yajl_handle yajl;
	struct cell *cells;
	uint32_t leaves;
	int (*row)(void *ctx, const struct cell *cells, uint32_t row,
	    struct err *e);
	/* while reading */
	struct batch *batch;
	const uint32_t *leaf;	/* of the coming value */
	const uint32_t *record_end;
	uint32_t record;	/* counts from 1 */
	size_t depth;
	size_t start;		/* of an object or array in the text */
	void *ctx;
	struct err *e;
};

/* Gives out the records that are complete, and takes in what has no value. */
static int
advance(struct record_reader *r)
{
	const uint32_t *leaves = (const uint32_t *)(const void *)
	    r->batch->leaves.bytes;

	for (;;) {
		while (r->leaf < r->record_end &&
		    (*r->leaf & BATCH_CLEAR) != 0)
			r->cells[*r->leaf++ & ~BATCH_CLEAR].row = 0;
		if (r->leaf < r->record_end)
			return 1;
		if (r->record > 0 && r->row(r->ctx, r->cells, r->record,
		    r->e) != 0)
			return 0;
		if (r->record == r->batch->n_records)
			return 1;
		r->record_end = leaves + r->batch->records[r->record].end;
		r->record++;
	}
}

static int
give(struct record_reader *r, enum cell_type type, const char *text, size_t len)
{
	struct cell *c;

	if (r->depth > 0)
		return 1;
	c = &r->cells[*r->leaf++];
	*c = (struct cell){ .text = text, .len = len, .row = r->record,
		.type = type };
	return r->leaf < r->record_end && (*r->leaf & BATCH_CLEAR) == 0 ? 1 :
	    advance(r);
}

static int
on_null(void *ctx)
{
	return give(ctx, CELL_NULL, "", 0);
}

static int
on_bool(void *ctx, int yes)
{
	static const char words[2][CELL_PAD + 8] = { "false", "true" };

	return give(ctx, CELL_BOOL, words[yes != 0], yes ? 4 : 5);
}

static int
on_number(void *ctx, const char *s, size_t len)
{
	return give(ctx, CELL_NUMBER, s, len);
}

static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct record_reader *r = ctx;
	const char *text = (const char *)s;
	char *own;

	if (r->depth > 0)
		return 1;
	if (text < r->batch->text.bytes ||
	    text >= r->batch->text.bytes + r->batch->text.size) {
		own = r->batch->text.bytes +
		    yajl_get_bytes_consumed(r->yajl) - 1 - len;
		memcpy(own, text, len);
		text = own;
	}
	return give(r, CELL_STRING, text, len);
}

static int
on_start(void *ctx)
{
	struct record_reader *r = ctx;

	if (r->depth++ == 0)
		r->start = yajl_get_bytes_consumed(r->yajl) - 1;
	return 1;
}

static int
on_end(void *ctx)
{
	struct record_reader *r = ctx;

	if (--r->depth > 0)
		return 1;
	return give(r, CELL_JSON, r->batch->text.bytes + r->start,
	    yajl_get_bytes_consumed(r->yajl) - r->start);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start,
	.yajl_end_array = on_end,
};

static int
start(struct record_reader *r)
{
	if (setjmp(r->heap.out) != 0)
		return -1;
	r->yajl = yajl_alloc(&callbacks, &r->heap.funcs, r);
	yajl_config(r->yajl, yajl_dont_validate_strings, 1);
	yajl_config(r->yajl, yajl_allow_multiple_values, 1);
	return 0;
}

struct record_reader *
record_reader_new(uint32_t leaves, size_t memory, int (*row)(void *ctx,
    const struct cell *cells, uint32_t row, struct err *e), struct err *e)
{
	struct record_reader *r = calloc(1, sizeof(*r));

	if (r != NULL) {
		yheap_init(&r->heap, memory);
		r->leaves = leaves;
		r->row = row;
		r->cells = calloc((size_t)leaves + 1, sizeof(*r->cells));
		if (r->cells != NULL && start(r) == 0)
			return r;
	}
	record_reader_free(r);
	err_set(e, EXIT_INTERNAL, "out of memory");
	return NULL;
}

void
record_reader_free(struct record_reader *r)
{
	if (r == NULL)
		return;
	yheap_free(&r->heap);
	free(r->cells);
	free(r);
}

static unsigned long long
number(const struct record_reader *r)
{
	return r->record > 0 ? r->batch->records[r->record - 1].number : 0;
}

static int
parse(struct record_reader *r)
{
	const struct buffer *text = &r->batch->text;
	unsigned char *why;

	if (setjmp(r->heap.out) != 0)
		return err_set(r->e, EXIT_DATA, "record %llu: yajl needs more "
		    "than the memory budget; see -m", number(r));
	if (text->size == 0 || yajl_parse(r->yajl,
	    (const unsigned char *)text->bytes, text->size) == yajl_status_ok)
		return 0;
	if (r->e->code != EXIT_DONE)
		return -1;
	why = yajl_get_error(r->yajl, 0, NULL, 0);
	return err_set(r->e, EXIT_INTERNAL, "record %llu: yajl refuses what "
	    "the scanner let through: %s", number(r), why);
}

int
record_read(struct record_reader *r, struct batch *b, void *ctx, struct err *e)
{
	e->code = EXIT_DONE;
	r->batch = b;
	r->ctx = ctx;
	r->e = e;
	r->record = 0;
	r->depth = 0;
	r->leaf = r->record_end = (const uint32_t *)(const void *)
	    b->leaves.bytes;
	memset(r->cells, 0, ((size_t)r->leaves + 1) * sizeof(*r->cells));
	if (advance(r) == 0)
		return -1;
	return parse(r);
}
