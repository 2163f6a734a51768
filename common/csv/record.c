/*
 * record: the cells of a batch, out of yajl.
 *
 * The batch's text goes to yajl in one piece, so no token is cut and what
 * yajl gives out points into it, except for strings with escapes, which yajl
 * decodes into a buffer of its own and forgets.  Those are put back over
 * their own raw text, which is never shorter and which yajl has done with.
 * Joined arrays may be longer than their raw text and have their own buffer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "csv/record.h"
#include "csv/tree.h"
#include "csv/unwind.h"
#include "json/yajl_memory.h"

struct record_reader {
	struct yajl_memory heap;
	yajl_handle yajl;	/* NULL: to be begun anew */
	struct cell *cells;
	uint32_t leaves;
	size_t kept;		/* bytes, after a batch */
	struct array_style arrays;
	int (*row)(void *ctx, const struct cell *cells, uint32_t row,
	    struct err *e);
	struct unwind unwind;
	struct tree *tree;	/* NULL: unwind does it */
	/* while reading */
	struct batch *batch;
	const uint32_t *leaf;	/* of the coming value */
	const uint32_t *record_end;
	const uint32_t *element; /* the first leaf of the one at work */
	uint32_t record;	/* counts from 1 */
	size_t depth;
	size_t start;		/* of an object or array in the text */
	bool array;		/* it is an array, and not to become JSON */
	uint64_t count;		/* of its elements */
	size_t inner;		/* where one that is a container starts */
	bool strings;		/* among them */
	struct buffer joined;	/* of this record */
	size_t joined_start;	/* where the array's text begins in it */
	size_t joined_own;	/* how much is the record's, not an element's */
	void *ctx;
	struct err *e;
};

static int
give_row(void *ctx, struct err *e)
{
	struct record_reader *r = ctx;

	return r->row(r->ctx, r->cells, r->record, e);
}

static int
give_record(struct record_reader *r)
{
	return r->tree == NULL ? give_row(r, r->e) :
	    tree_rows(r->tree, r->record, give_row, r, r->e);
}

/* At a BATCH_ELEMENT: gives out the element before, and forgets its cells. */
static int
next_element(struct record_reader *r)
{
	const uint32_t *leaf;

	if (r->element != NULL) {
		if (give_row(r, r->e) != 0)
			return -1;
		for (leaf = r->element; leaf < r->leaf; leaf++)
			r->cells[*leaf & ~BATCH_CLEAR].row = 0;
		r->joined.size = r->joined_own;
	} else {
		r->joined_own = r->joined.size;
	}
	r->element = r->leaf + 1;
	return 0;
}

/* Takes in leaves without a value. */
static int
take_marks(struct record_reader *r)
{
	for (; r->leaf < r->record_end && (*r->leaf & BATCH_CLEAR) != 0;
	    r->leaf++) {
		if (r->tree != NULL) {
			if (tree_mark(r->tree, *r->leaf, r->e) != 0)
				return -1;
			continue;
		}
		if (*r->leaf != BATCH_ELEMENT(1))
			r->cells[*r->leaf & ~BATCH_CLEAR].row = 0;
		else if (next_element(r) != 0)
			return -1;
	}
	return 0;
}

/* Gives out the records that are complete, and takes in what has no value. */
static int
advance(struct record_reader *r)
{
	const uint32_t *leaves = (const uint32_t *)(const void *)
	    r->batch->leaves.bytes;

	for (;;) {
		if (take_marks(r) != 0)
			return 0;
		if (r->leaf < r->record_end)
			return 1;
		if (r->record > 0 && give_record(r) != 0)
			return 0;
		if (r->record == r->batch->n_records)
			return 1;
		r->record_end = leaves + r->batch->records[r->record].end;
		r->element = NULL;
		r->joined.size = 0;
		r->record++;
		if (r->tree != NULL && tree_begin(r->tree, r->e) != 0)
			return 0;
	}
}

/* Room for len more joined bytes; what cells have of them moves along.  As
 * yajl's callbacks: 1, or 0 with the error. */
static int
joined_reserve(struct record_reader *r, size_t len)
{
	struct buffer *b = &r->joined;
	uintptr_t old = (uintptr_t)b->bytes, at;
	uint32_t i;

	if (len < b->room - b->size)
		return 1;
	if (buffer_grow(b, len) != 0) {
		if (errno == ENOSPC)
			err_set(r->e, EXIT_DATA, "its joined arrays exceed "
			    "the memory budget; see -m");
		else
			err_memory(r->e);
		return 0;
	}
	if (r->tree != NULL)
		tree_moved(r->tree, old, b->size, b->bytes);
	for (i = 0; i < r->leaves; i++) {
		at = (uintptr_t)r->cells[i].text;
		if (r->cells[i].row == r->record && at >= old &&
		    at - old <= b->size)
			r->cells[i].text = b->bytes + (at - old);
	}
	return 1;
}

/* An array's element that is a scalar, or has ended: joined or counted. */
static int
element(struct record_reader *r, enum cell_type type, const char *text,
    size_t len)
{
	const struct array_style *a = &r->arrays;
	size_t separator;

	if (r->depth > 1 || !r->array)
		return 1;
	r->count++;
	if (a->form == ARRAYS_COUNTED)
		return 1;
	separator = r->count > 1 ? strlen(a->separator) : 0;
	if (type == CELL_NULL) {
		text = a->null_text;
		len = strlen(text);
	}
	r->strings |= type == CELL_STRING;
	if (joined_reserve(r, separator + len) == 0)
		return 0;
	buffer_add(&r->joined, a->separator, separator);
	buffer_add(&r->joined, text, len);
	return 1;
}

/* To the tree, if there is one; as yajl's callbacks. */
static int
give_tree(struct record_reader *r, enum cell_type type, const char *text,
    size_t len)
{
	const struct cell c = { .text = text, .len = len, .row = r->record,
		.type = type };

	if (tree_value(r->tree, *r->leaf, &c, r->e) != 0)
		return 0;
	r->leaf++;
	return advance(r);
}

static int
give(struct record_reader *r, enum cell_type type, const char *text, size_t len)
{
	struct cell *c;

	if (r->depth > 0)
		return element(r, type, text, len);
	if (r->tree != NULL)
		return give_tree(r, type, text, len);
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
		return element(r, CELL_STRING, text, len);
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

	if (r->depth == 0) {
		r->start = yajl_get_bytes_consumed(r->yajl) - 1;
		r->array = false;
	} else if (r->depth == 1) {
		r->inner = yajl_get_bytes_consumed(r->yajl) - 1;
	}
	r->depth++;
	return 1;
}

static int
on_start_array(void *ctx)
{
	struct record_reader *r = ctx;

	on_start(r);
	if (r->depth == 1 && r->arrays.form != ARRAYS_JSON) {
		r->array = true;
		r->strings = false;
		r->count = 0;
		r->joined_start = r->joined.size;
		return joined_reserve(r, 1);	/* so its bytes are there */
	}
	return 1;
}

/* The count stands over the array's own text, which is longer. */
static int
give_count(struct record_reader *r)
{
	char digits[24], *own = r->batch->text.bytes + r->start;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, r->count);

	memcpy(own, digits, (size_t)n);
	return give(r, CELL_NUMBER, own, (size_t)n);
}

static int
on_end(void *ctx)
{
	struct record_reader *r = ctx;
	size_t end = yajl_get_bytes_consumed(r->yajl);
	const char *text = r->batch->text.bytes;

	r->depth--;
	if (r->depth > 0)
		return element(r, CELL_JSON, text + r->inner, end - r->inner);
	if (!r->array)
		return give(r, CELL_JSON, text + r->start, end - r->start);
	if (r->arrays.form == ARRAYS_COUNTED)
		return give_count(r);
	return give(r, r->strings ? CELL_STRING : CELL_JSON,
	    r->joined.bytes + r->joined_start,
	    r->joined.size - r->joined_start);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

/* What yajl may take: bytes for any text, however short, as its buffers begin
 * with 2 KiB each; and so many times the longest, one for a byte for each open
 * container, two for a string, whose buffer doubles. */
enum { PARSER_OWN = 16 * 1024, PARSER_FACTOR = 3 };

/* A parser that has failed stays in its error state: it is of no more use. */
static void
discard_parser(struct record_reader *r)
{
	yajl_memory_free(&r->heap);
	r->yajl = NULL;
}

static int
start_parser(struct record_reader *r, struct err *e)
{
	if (setjmp(r->heap.out) != 0) {
		discard_parser(r);
		return err_memory(e);
	}
	r->yajl = yajl_alloc(&callbacks, &r->heap.funcs, r);
	yajl_config(r->yajl, yajl_dont_validate_strings, 1);
	yajl_config(r->yajl, yajl_allow_multiple_values, 1);
	return 0;
}

struct record_reader *
record_reader_new(uint32_t leaves, size_t record_max, size_t joined_max,
    size_t kept, const struct array_style *arrays,
    const struct tree_shape *shape, int (*row)(void *ctx,
    const struct cell *cells, uint32_t row, struct err *e), struct err *e)
{
	struct record_reader *r = calloc(1, sizeof(*r));

	if (r != NULL) {
		yajl_memory_init(&r->heap,
		    PARSER_OWN + PARSER_FACTOR * record_max);
		unwind_init(&r->unwind, record_max);
		buffer_init(&r->joined, joined_max);
		r->leaves = leaves;
		r->kept = kept;
		r->arrays = *arrays;
		r->row = row;
		r->cells = calloc((size_t)leaves + 1, sizeof(*r->cells));
		if (shape != NULL)
			r->tree = calloc(1, sizeof(*r->tree));
		if (r->cells != NULL && (shape == NULL || (r->tree != NULL &&
		    tree_init(r->tree, shape, &r->arrays, r->cells, leaves) ==
		    0)))
			return r;
	}
	record_reader_free(r);
	err_memory(e);
	return NULL;
}

void
record_reader_free(struct record_reader *r)
{
	if (r == NULL)
		return;
	yajl_memory_free(&r->heap);
	unwind_free(&r->unwind);
	buffer_free(&r->joined);
	if (r->tree != NULL)
		tree_free(r->tree);
	free(r->tree);
	free(r->cells);
	free(r);
}

/* Nothing else is left of a parser whose memory has run out than its heap. */
static int
parser_memory(const struct record_reader *r)
{
	if (r->heap.refused)
		return err_memory(r->e);
	return err_set(r->e, EXIT_DATA,
	    "yajl needs more than the memory budget; see -m");
}

static int
parse(struct record_reader *r)
{
	const struct buffer *text = &r->batch->text;
	yajl_status status;

	if (setjmp(r->heap.out) != 0)
		return parser_memory(r);
	if (text->size == 0)
		return 0;
	status = yajl_parse(r->yajl, (const unsigned char *)text->bytes,
	    text->size);
	if (status == yajl_status_ok)
		return 0;
	if (status == yajl_status_client_canceled)
		return -1;	/* the callback has said why */
	return err_set(r->e, EXIT_INTERNAL, "yajl refuses what the scanner "
	    "let through: %s", yajl_get_error(r->yajl, 0, NULL, 0));
}

/* Puts in front of an error where the record at work began. */
static int
locate(const struct record_reader *r)
{
	const struct record *at;

	if (r->record == 0)
		return -1;
	at = &r->batch->records[r->record - 1];
	return err_prefix(r->e, "in record %" PRIu64 ", line %" PRIu64
	    ", from byte %" PRIu64 " on", at->number, at->line, at->offset);
}

int
record_read(struct record_reader *r, struct batch *b, void *ctx, struct err *e)
{
	int rc;

	if (r->yajl == NULL && start_parser(r, e) != 0)
		return -1;
	if (b->unwound && r->tree == NULL && unwind_arrange(&r->unwind, b) != 0)
		return err_memory(e);
	r->batch = b;
	r->ctx = ctx;
	r->e = e;
	r->record = 0;
	r->depth = 0;
	r->leaf = r->record_end = (const uint32_t *)(const void *)
	    b->leaves.bytes;
	memset(r->cells, 0, ((size_t)r->leaves + 1) * sizeof(*r->cells));
	rc = advance(r) == 0 || parse(r) != 0 ? locate(r) : 0;
	if (rc != 0 && r->record > 0)
		b->n_records = r->record - 1;	/* for who counts them */
	buffer_trim(&r->joined, r->kept);
	unwind_trim(&r->unwind, r->kept);
	if (r->tree != NULL)
		tree_trim(r->tree, r->kept);
	if (rc != 0 || r->heap.used > r->kept)
		discard_parser(r);
	return rc;
}
