/*
 * part_list: is a prepared upload still there, with the parts that its receipt
 * names?  Pure.
 *
 * Source: Amazon S3 API Reference, ListParts.
 */
#ifndef S3_PART_LIST_H
#define S3_PART_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "s3/multipart.h"

/*
 * Compares one page, a ListPartsResult, with m's parts from *checked on, and
 * moves that on.  *more: others follow, after part *checked.  -1 with e: 69 for
 * a page that is none, a part that is not there, or another than m's.
 */
int part_list_check(const struct multipart *m, unsigned *checked,
    const void *xml, size_t len, bool *more, struct err *e);

#endif
