/*
 * speculation: a block of the input that becomes rows on its own, on the guess
 * that it begins and ends between two records: a slice.
 *
 * A speculator belongs to one thread.  It gives up at all that is out of the
 * ordinary: a wrong guess, an error in the input or in making rows, no memory,
 * more rows than the window takes, a record of more than max_record bytes, more
 * than SCAN_DEPTH levels.  The driver then walks the block again, in its place,
 * and finds out what there is to report.  After a failure the speculator can be
 * used as before.
 */
#ifndef CSV_SPECULATION_H
#define CSV_SPECULATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/window.h"
#include "csv/block_reader.h"
#include "csv/rows.h"
#include "json/scan_part.h"

struct speculator;

/*
 * projection must be frozen; it is copied.  rows is this thread's writer and
 * outlives the speculator.  max_record takes the place of the policy's if that
 * is more.  NULL with code 70.
 */
struct speculator *speculator_new(const struct projection *projection,
    const struct scan_policy *policy, struct rows *rows, size_t max_record,
    struct err *e);
void speculator_free(struct speculator *w);	/* NULL is fine */

/* Makes *n rows of a block, through an empty batch; the caller has set
 * p->in_array and p->seen.  False: it gave up, and what is in the window, in the
 * batch and in p is of no use. */
bool speculate(struct speculator *w, const struct block *b,
    struct scan_part *p, struct batch *batch, struct window *rows,
    uint64_t *n);

#endif
