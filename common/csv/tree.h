/*
 * tree: a record's values as a tree of elements, and the rows that it gives.
 *
 * It is for records in which several arrays are unwound, or members of all
 * elements of an array are joined; with one array unwind.h does without it.
 * Values come in the order of the input (batch.h) and are kept until the record
 * has ended.  Then each choice of one element of each array that is unwound is
 * a row, where an array within an element is that of the chosen one, and an array
 * without elements chooses nothing.  The last array's elements change fastest.
 *
 * One thread uses a tree at a time.
 */
#ifndef CSV_TREE_H
#define CSV_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "csv/cell.h"
#include "json/projection.h"

struct tree {
	const struct tree_shape *shape;
	const struct array_style *arrays;
	struct cell *cells;	/* its owner's, for each leaf */
	uint32_t *last;		/* for each leaf: its last value, plus one */
	struct buffer values, elements, joined;
	uint32_t current[UNWIND_MAX + 1]; /* the last element of each kind */
	uint32_t chosen[UNWIND_MAX + 1];
};

/* Initialises it without a record; shape, arrays and cells outlive it.  0, or -1
 * when memory runs out.  A tree that was zeroed may be freed. */
int tree_init(struct tree *t, const struct tree_shape *shape,
    const struct array_style *arrays, struct cell *cells, uint32_t leaves);
void tree_free(struct tree *t);
void tree_trim(struct tree *t, size_t most);	/* as buffer_trim */

/* A record begins; a value of it, and a mark, as the batch has them.  0, or -1
 * with e: memory runs out, or the budget for values. */
int tree_begin(struct tree *t, struct err *e);
int tree_value(struct tree *t, uint32_t leaf, const struct cell *value,
    struct err *e);
int tree_mark(struct tree *t, uint32_t mark, struct err *e);

/* Texts between old and old + size are now at new. */
void tree_moved(struct tree *t, uintptr_t old, size_t size, const char *new);

/* Calls give for each row of the record, whose number is row, when the cells have
 * its values.  0, or -1 with e. */
int tree_rows(struct tree *t, uint32_t row, int (*give)(void *ctx,
    struct err *e), void *ctx, struct err *e);

#endif
