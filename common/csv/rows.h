/*
 * rows: a batch of records as whole CSV rows in a window.
 *
 * A table says what the columns are; it is shared by all threads and does not
 * change once the first row is written.  A writer belongs to one thread.
 */
#ifndef CSV_ROWS_H
#define CSV_ROWS_H

#include <stdint.h>

#include "base/diag.h"
#include "base/window.h"
#include "json/batch.h"
#include "csv/csv.h"
#include "csv/record.h"
#include "csv/sizes.h"

struct column {
	const char *header;	/* the owner's */
	size_t header_len;
	uint32_t leaf;
};

struct table {
	struct csv csv;
	const char *null_text;	/* for JSON's null */
	struct array_style arrays;
	struct column *columns;
	size_t n_columns;
	uint32_t leaves;
	size_t record_max;	/* bytes of a record's text in a batch */
	size_t row_max;		/* bytes of a row, or of joined arrays in it */
	const struct sizes *sizes;
};

struct rows;

/* A writer; NULL with code 70 when memory runs out.  The table outlives it. */
struct rows *rows_new(const struct table *t, struct err *e);
void rows_free(struct rows *r);

/* Appends the header's row; 0, or -1 with e. */
int rows_header(struct rows *r, struct window *w, struct err *e);

/* Where whole rows go that are more than the window of the sizes.  0, or -1
 * with e. */
struct rows_outlet {
	int (*write)(void *ctx, const char *rows, size_t len, struct err *e);
	void *ctx;
};

/* Appends a row for each record of the batch, or for each element of what is
 * unwound in it, and uses the batch up.  0, or -1 with e; the window then
 * holds the whole rows before the trouble. */
int rows_write(struct rows *r, struct batch *b, struct window *w,
    const struct rows_outlet *out, struct err *e);

#endif
