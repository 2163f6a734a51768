/*
 * ziplist: are the members that passed in a stream those that the directory
 * lists after them?  In constant memory, in any order.
 *
 * Each member is hashed (SHA-256) with its name, method, sizes, CRC-32 and
 * place, under a random key, and the hashes are added up: an archive cannot be
 * made so that two sums of different members are the same.
 */
#ifndef ARCHIVE_ZIPLIST_H
#define ARCHIVE_ZIPLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/hash.h"
#include "archive/zipdata.h"

enum { ZIPLIST_LANES = SHA256_SIZE / 8 };

struct ziplist_sum {
	uint64_t members;
	uint64_t lanes[ZIPLIST_LANES];
};

struct ziplist {
	uint8_t key[32];
	struct sha256 hash;
};

int ziplist_init(struct ziplist *l, struct err *e);
void ziplist_free(struct ziplist *l);	/* a zeroed one is fine */

/* Adds a member: what its header says, the sums of its data, its place. */
int ziplist_add(struct ziplist *l, struct ziplist_sum *to,
    const struct zip_record *r, const struct zipdata_sum *sum, uint64_t place,
    struct err *e);

bool ziplist_same(const struct ziplist_sum *a, const struct ziplist_sum *b);

#endif
