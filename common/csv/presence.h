/*
 * presence: what the whole of an input must have held: the root, what is
 * unwound, and each field that is not optional.
 */
#ifndef CSV_PRESENCE_H
#define CSV_PRESENCE_H

#include <stdint.h>

#include "base/diag.h"
#include "json/path.h"
#include "json/scan.h"

/* When the scan has walked all of it.  unwind NULL: nothing is unwound that must
 * occur.  fields NULL: none; leaf[i] is that of field i.  0, or -1 with code 65
 * and the path of the first that was nowhere. */
int presence_check(const struct scan *s, const struct path *root,
    const struct path *unwind, const struct fields *fields,
    const uint32_t *leaf, struct err *e);

#endif
