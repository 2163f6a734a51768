/*
 * record: a batch through yajl, record by record, as the cells of its leaves.
 *
 * All that reaches a cell comes out of yajl: strings decoded, numbers and
 * literals as they were written, objects as their JSON text, arrays as that,
 * or joined, or counted.  One thread uses a reader at a time.
 */
#ifndef CSV_RECORD_H
#define CSV_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "json/batch.h"

/* Readable bytes after a cell's text, for csv_cell_padded (CSV_PAD). */
enum { CELL_PAD = 16 };

enum cell_type { CELL_NULL, CELL_BOOL, CELL_NUMBER, CELL_STRING, CELL_JSON };

struct cell {
	const char *text;	/* not for null */
	size_t len;
	uint32_t row;		/* the last record in which it had a value */
	enum cell_type type;
};

enum array_form { ARRAYS_JSON,
	ARRAYS_JOINED,		/* its elements: strings as they are, null as
				 * null_text, arrays and objects as JSON */
	ARRAYS_COUNTED };	/* how many elements */

struct array_style {
	enum array_form form;
	const char *separator, *null_text; /* for ARRAYS_JOINED */
};

struct record_reader;

/*
 * row is called at the end of each record, or of each element of what is
 * unwound in it; a leaf has a value in it if cells[leaf].row == row.  A text
 * is good during the call only.  It gives 0, or -1 with e filled, which ends
 * the reading.  A record has at most record_max bytes of text, its joined arrays
 * take at most joined_max; what is allocated beyond kept bytes is given back
 * after each batch.  The style's texts outlive the reader.  NULL with code 70 when memory
 * runs out.
 */
struct record_reader *record_reader_new(uint32_t leaves, size_t record_max,
    size_t joined_max, size_t kept, const struct array_style *arrays, int (*row)(void *ctx,
    const struct cell *cells, uint32_t row, struct err *e), struct err *e);
void record_reader_free(struct record_reader *r);

/* Reads the batch; its text is used up by that.  0, or -1 with e, which names
 * the record, its line and its first byte. */
int record_read(struct record_reader *r, struct batch *b, void *ctx,
    struct err *e);

#endif
