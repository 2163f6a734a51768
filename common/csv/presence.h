/*
 * presence: what the whole of an input must have held: the root, what is
 * unwound, each field that is not optional, and what conditions ask for.
 */
#ifndef CSV_PRESENCE_H
#define CSV_PRESENCE_H

#include <stdint.h>

#include "base/diag.h"
#include "json/path.h"
#include "csv/where.h"
#include "json/scan.h"

/* Call it when the scan has walked the whole input.  unwind NULL: nothing that
 * is unwound must occur; fields NULL: there are none; leaf[i] is the leaf of
 * field i.  0, or -1 with code 65 and the path of the first that occurred
 * nowhere. */
int presence_check(const struct scan *s, const struct path *root,
    const struct fields *unwind, const struct fields *fields,
    const uint32_t *leaf, const struct where *where,
    const uint32_t *where_leaf, struct err *e);

#endif
