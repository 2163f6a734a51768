/*
 * dedupe: the last keys seen, to drop records that a moving list repeats.
 *
 * Memory is fixed, 1.3 MiB, and holds about the last 65536 keys (at least the
 * last few thousand); an older key counts as new again.  Keys are kept as the
 * first 128 bits of their SHA-256: two that differ are not mixed up.
 */
#ifndef FETCH_DEDUPE_H
#define FETCH_DEDUPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct dedupe;

/* NULL with e (70) when there is no memory. */
struct dedupe *dedupe_new(struct err *e);
void dedupe_free(struct dedupe *r);

/* 1: the key is new, and noted now; 0: it was noted before; -1 with 70. */
int dedupe_add(struct dedupe *r, const void *key, size_t len, struct err *e);

#endif
