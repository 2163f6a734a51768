/*
 * rows: a batch of records as whole CSV rows in a window.
 *
 * A table says what the columns are; it is shared by all threads and does not
 * change once the first row is written.  A writer belongs to one thread.
 */
#ifndef CSV_ROWS_H
#define CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/window.h"
#include "json/batch.h"
#include "csv/csv.h"
#include "csv/record.h"
#include "csv/sizes.h"
#include "csv/where.h"
#include "json/path.h"
#include "json/projection.h"

struct column {
	const char *header;	/* the field's, or the table's own */
	size_t header_len;
	uint32_t leaf;		/* whose value is its cell: see projection.h */
};

/* The longest array of objects or arrays that is a cell of the only record. */
struct rows_hint {
	uint32_t leaf;
	uint64_t elements;	/* 0: there is none */
};

struct table {
	/* set by the owner */
	struct rows_hint *hint;	/* to be filled in; NULL: there are more records */
	struct csv csv;
	const char *null_text;	/* for JSON's null */
	struct array_style arrays;
	uint32_t leaves;	/* of the projection, with leaf 0 */
	size_t record_max;	/* bytes of a record's text in a batch */
	size_t row_max;		/* bytes of a row, or of joined arrays in it */
	const struct sizes *sizes;
	const struct where *where; /* that each row must fulfil; NULL: none */
	const uint32_t *where_leaf; /* where its values are */
	bool trees;		/* records have several arrays that are unwound,
				 * or members that are joined: */
	struct tree_shape shape; /* its leaf_kind is the table's */
	const char *const *keys; /* the columns of the projection's keys */
	/* filled here */
	struct column *columns;
	size_t n_columns, n_keys;
	bool learnt;		/* the headers are its own */
};

/* Its columns are the keys and the fields, in their order; leaf[i] is that of
 * field i.  The fields outlive the table.  0, or -1 with code 70. */
int table_of_fields(struct table *t, const struct projection *projection,
    const struct fields *f, const uint32_t *leaf, struct err *e);

/* Its columns are the keys and what was learnt, and the projection is frozen.  A member that
 * was an object in some records and null or {} in all others has its members'
 * columns only.  0, or -1 with code 70. */
int table_of_projection(struct table *t, struct projection *projection,
    struct err *e);

void table_free(struct table *t);	/* one without columns is fine */

struct rows;

/* A writer; NULL with code 70 when memory runs out.  The table outlives it. */
struct rows *rows_new(const struct table *t, struct err *e);
void rows_free(struct rows *r);

/* Appends the header's row; 0, or -1 with e. */
int rows_header(struct rows *r, struct window *w, struct err *e);

/* Where n whole rows go that are more than the window of the sizes.  0, or -1
 * with e. */
struct rows_outlet {
	int (*write)(void *ctx, const char *rows, size_t len, uint64_t n,
	    struct err *e);
	void *ctx;
};

/* Appends a row for each record of the batch, or for each element of what is
 * unwound in it, as far as they fulfil the conditions, and uses the batch up.
 * *n becomes how many are in the window more than before.  0, or -1 with e; the
 * window then holds the whole rows before the trouble. */
int rows_write(struct rows *r, struct batch *b, struct window *w,
    const struct rows_outlet *out, uint64_t *n, struct err *e);

/* The length of the first n rows of a text that has more. */
size_t rows_length(const char *text, size_t len, uint64_t n);

#endif
