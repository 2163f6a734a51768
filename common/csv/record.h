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
#include "csv/cell.h"
#include "json/batch.h"
#include "json/projection.h"

struct record_reader;

/*
 * row is called at the end of each record, or of each element of what is
 * unwound in it; a leaf has a value in it if cells[leaf].row == row.  A text
 * is good during the call only.  It gives 0, or -1 with e filled, which ends
 * the reading.  A record has at most record_max bytes of text, its joined arrays
 * take at most joined_max; what is allocated beyond kept bytes is given back
 * after each batch.  The style's texts outlive the reader, and so does shape: NULL
 * unless several arrays are unwound, or members joined (tree.h).  NULL with code
 * 70 when memory runs out.
 */
struct record_reader *record_reader_new(uint32_t leaves, size_t record_max,
    size_t joined_max, size_t kept, const struct array_style *arrays,
    const struct tree_shape *shape, int (*row)(void *ctx,
    const struct cell *cells, uint32_t row, struct err *e), struct err *e);
void record_reader_free(struct record_reader *r);

/* Reads the batch; its text is used up by that.  0, or -1 with e, which names
 * the record, its line and its first byte; the batch then has the records before
 * it only. */
int record_read(struct record_reader *r, struct batch *b, void *ctx,
    struct err *e);

#endif
