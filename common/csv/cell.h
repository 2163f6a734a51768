/*
 * cell: one value of a row on its way, and how arrays become one.
 */
#ifndef CSV_CELL_H
#define CSV_CELL_H

#include <stddef.h>
#include <stdint.h>

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

#endif
