/*
 * columns: which columns a table has.
 */
#ifndef CSV_COLUMNS_H
#define CSV_COLUMNS_H

#include <stdint.h>

#include "base/diag.h"
#include "json/path.h"
#include "csv/rows.h"
#include "json/projection.h"

/* Those of the fields, in their order; leaf[i] is that of field i, the headers
 * stay the fields'.  0, or -1 with code 70. */
int columns_of_fields(struct table *t, const struct fields *f,
    const uint32_t *leaf, struct err *e);

/* Those that were learnt, and the selection is frozen.  A member that was an
 * object in one record and null in another has its members' columns only.  0,
 * or -1 with code 70. */
int columns_of_tree(struct table *t, struct projection *projection, struct err *e);

/* learnt: they are of columns_of_tree.  A table without columns is fine. */
void columns_free(struct table *t, bool learnt);

#endif
