/* rows: cells in the order of the columns, quoted, one row at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "csv/rows.h"
#include "json/json_array.h"

struct rows {
	const struct table *table;
	struct record_reader *reader;
	struct matcher *matcher; /* NULL: all rows count */
	struct buffer row;	/* the row at work; whole ones go to window */
	struct window *window;
	uint64_t n;		/* rows in the window that are of this batch */
	const struct rows_outlet *out;
	size_t null_len;
};

static int
full(int errnum, struct err *e)
{
	if (errnum == ENOSPC)
		return err_set(e, EXIT_DATA,
		    "a row exceeds the memory budget; see -m");
	return err_memory(e);
}

/* Writes the window's rows, and this one. */
static int
give_out(struct rows *r, struct err *e)
{
	const struct rows_outlet *out = r->out;
	int rc = out->write(out->ctx, window_bytes(r->window),
	    window_size(r->window), r->n, e);

	window_rewind(r->window);
	r->n = 0;
	if (rc != 0)
		return -1;
	return out->write(out->ctx, r->row.bytes, r->row.size, 1, e);
}

/* Ends the row; a sole empty cell is quoted, or it would be an empty line. */
static int
end_row(struct rows *r, struct err *e)
{
	const struct table *t = r->table;
	struct buffer *row = &r->row;

	if (buffer_reserve(row, 4) != 0)
		return full(errno, e);
	if (row->size == 0 && t->n_columns == 1) {
		row->bytes[row->size++] = '"';
		row->bytes[row->size++] = '"';
	}
	if (t->csv.crlf)
		row->bytes[row->size++] = '\r';
	row->bytes[row->size++] = '\n';
	if (r->out != NULL && window_size(r->window) + row->size >
	    t->sizes->window)
		return give_out(r, e);
	if (window_write(r->window, row->bytes, row->size) != 0)
		return full(errno, e);
	r->n++;
	return 0;
}

static int
cell(struct rows *r, const struct cell *c)
{
	const struct csv *csv = &r->table->csv;

	if (c->type == CELL_NULL)
		return csv->quote == CSV_ALL ?
		    csv_quoted(&r->row, r->table->null_text, r->null_len) :
		    csv_cell(csv, &r->row, r->table->null_text, r->null_len);
	if (csv->quote == CSV_ALL && c->type != CELL_STRING)
		return csv_quoted(&r->row, c->text, c->len);
	if (c->type == CELL_STRING && (csv->quote != CSV_MINIMAL ||
	    csv->guard))
		return csv_string(csv, &r->row, c->text, c->len);
	return csv_cell_padded(csv, &r->row, c->text, c->len);
}

/* A leaf that the record does not have. */
static int
nothing(struct rows *r)
{
	return r->table->csv.quote == CSV_ALL ?
	    csv_quoted(&r->row, "", 0) : 0;
}

/* Looks for the array that -r should have named. */
static void
find_hint(const struct table *t, const struct cell *cells, uint32_t row)
{
	const struct cell *c;
	struct json_array it;
	uint64_t n;
	size_t i;

	for (i = 0; i < t->n_columns; i++) {
		c = &cells[t->columns[i].leaf];
		if (c->row != row || c->type != CELL_JSON || c->len < 2 ||
		    c->text[0] != '[' || strchr("{[", c->text[1]) == NULL ||
		    !json_array_open(&it, c->text, c->len, "."))
			continue;
		n = json_array_count(&it);
		if (n > t->hint->elements)
			*t->hint = (struct rows_hint){ t->columns[i].leaf, n };
	}
}

static int
on_row(void *ctx, const struct cell *cells, uint32_t row, struct err *e)
{
	struct rows *r = ctx;
	const struct table *t = r->table;
	const struct cell *c;
	size_t i;
	int test;

	if (r->matcher != NULL &&
	    (test = matcher_test(r->matcher, cells, row, e)) <= 0)
		return test;
	if (t->hint != NULL)
		find_hint(t, cells, row);
	r->row.size = 0;
	for (i = 0; i < t->n_columns; i++) {
		if (i > 0 && buffer_add(&r->row, &t->csv.delimiter, 1) != 0)
			goto fail;
		c = &cells[t->columns[i].leaf];
		if ((c->row == row ? cell(r, c) : nothing(r)) != 0)
			goto fail;
	}
	return end_row(r, e);
fail:
	full(errno, e);
	return err_prefix(e, "at column '%.100s'", t->columns[i].header);
}

static void
add_column(struct table *t, const char *header, size_t len, uint32_t leaf)
{
	t->columns[t->n_columns++] = (struct column){ .header = header,
	    .header_len = len, .leaf = leaf };
}

/* The columns of the keys come first. */
static int
start_table(struct table *t, const struct projection *p, size_t more,
    struct err *e)
{
	uint32_t i;

	t->columns = calloc(p->n_keys + more, sizeof(*t->columns));
	if (t->columns == NULL)
		return err_memory(e);
	for (i = 0; i < p->n_keys; i++)
		add_column(t, t->keys[i], strlen(t->keys[i]), p->key_leaf + i);
	t->n_keys = p->n_keys;
	return 0;
}

int
table_of_fields(struct table *t, const struct projection *p,
    const struct fields *f, const uint32_t *leaf, struct err *e)
{
	size_t i;

	if (start_table(t, p, f->n, e) != 0)
		return -1;
	for (i = 0; i < f->n; i++)
		add_column(t, f->list[i].header, strlen(f->list[i].header),
		    leaf[i]);
	return 0;
}

int
table_of_projection(struct table *t, struct projection *projection,
    struct err *e)
{
	const struct node *n;
	size_t len;
	char *header;
	uint32_t i;

	projection->frozen = t->learnt = true;
	if (start_table(t, projection, projection->n_leaves, e) != 0)
		return -1;
	for (i = projection->key_leaf + projection->n_keys; i < projection->n_leaves; i++) {
		n = projection->leaves[i];
		if (n->leaf != i)
			continue;	/* it is only watched */
		if (!n->valued && projection_branched(n)) {
			projection_drop_leaf(projection, i);
			continue;
		}
		header = projection_path(projection, n, &len);
		if (header == NULL)
			return err_memory(e);
		add_column(t, header, len, i);
	}
	return 0;
}

void
table_free(struct table *t)
{
	size_t i;

	for (i = t->n_keys; t->learnt && i < t->n_columns; i++)
		free((char *)(uintptr_t)t->columns[i].header);
	free(t->shape.leaf_kind);
	t->shape.leaf_kind = NULL;
	free(t->columns);
	t->columns = NULL;
	t->n_columns = 0;
}

struct rows *
rows_new(const struct table *t, struct err *e)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_memory(e);
		return NULL;
	}
	r->table = t;
	r->null_len = strlen(t->null_text);
	buffer_init(&r->row, t->row_max);
	r->reader = record_reader_new(t->leaves, t->record_max, t->row_max,
	    t->sizes->kept, &t->arrays, t->trees ? &t->shape : NULL, on_row, e);
	if (r->reader != NULL && t->where != NULL)
		r->matcher = matcher_new(t->where, t->where_leaf, e);
	if (r->reader == NULL || (t->where != NULL && r->matcher == NULL)) {
		rows_free(r);
		return NULL;
	}
	return r;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	record_reader_free(r->reader);
	matcher_free(r->matcher);
	buffer_free(&r->row);
	free(r);
}

int
rows_header(struct rows *r, struct window *w, struct err *e)
{
	const struct table *t = r->table;
	const struct column *c;
	size_t i;

	r->window = w;
	r->out = NULL;
	r->row.size = 0;
	for (i = 0; i < t->n_columns; i++) {
		c = &t->columns[i];
		if ((i > 0 && buffer_add(&r->row, &t->csv.delimiter, 1) != 0) ||
		    csv_string(&t->csv, &r->row, c->header, c->header_len) != 0) {
			full(errno, e);
			return err_prefix(e, "the header");
		}
	}
	return end_row(r, e) == 0 ? 0 : err_prefix(e, "the header");
}

int
rows_write(struct rows *r, struct batch *b, struct window *w,
    const struct rows_outlet *out, uint64_t *n, struct err *e)
{
	int rc;

	r->window = w;
	r->out = out;
	r->n = 0;
	rc = record_read(r->reader, b, r, e);
	buffer_trim(&r->row, r->table->sizes->kept);
	*n = r->n;
	return rc;
}

/* A line feed in quotes ends no row. */
size_t
rows_length(const char *text, size_t len, uint64_t n)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < len && n > 0; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (text[i] == '\n' && !quoted)
			n--;
	}
	return i;
}
