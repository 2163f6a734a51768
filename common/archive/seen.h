/*
 * seen: a set of keys, of which 64 bits are kept.
 *
 * Two keys are taken for the same by chance once in 2^64 / n² sets of n keys.
 * One who makes keys for it finds such a pair, and gains no more than that his
 * archive is refused.  Memory: 11 to 22 bytes a key, half as much again while it
 * grows.
 */
#ifndef ARCHIVE_SEEN_H
#define ARCHIVE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* A zeroed one is empty. */
struct seen {
	uint64_t *slots;	/* hashes; 0: free */
	size_t room, used;	/* room: a power of two, or 0 */
};

/* Adds a key: 1, 0 if it was there already, or -1 with 70. */
int seen_add(struct seen *s, const void *key, size_t len, struct err *e);

bool seen_has(const struct seen *s, const void *key, size_t len);

void seen_free(struct seen *s);

#endif
