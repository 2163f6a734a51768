/*
 * ziplist: are the members that passed in a stream those that the directory
 * lists after them?  In constant memory, in any order.
 *
 * Each member is hashed (SipHash) with its name, method, sizes, CRC-32 and
 * place, under a random key, and the hashes are added up: an archive cannot be
 * made so that two sums of different members are the same.
 */
#ifndef ARCHIVE_ZIPLIST_H
#define ARCHIVE_ZIPLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "archive/siphash.h"
#include "archive/zipdata.h"

struct ziplist_sum {
	uint64_t members;
	uint64_t hash[2];
};

struct ziplist {
	uint8_t of_names[SIPHASH_KEY], of_members[SIPHASH_KEY];
};

/* Takes a key. */
int ziplist_init(struct ziplist *l, struct err *e);

/* Adds a member: what its header says, the sums of its data, its place. */
void ziplist_add(const struct ziplist *l, struct ziplist_sum *to,
    const struct zip_record *r, const struct zipdata_sum *sum, uint64_t place);

bool ziplist_same(const struct ziplist_sum *a, const struct ziplist_sum *b);

#endif
