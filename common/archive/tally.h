/* tally: what is in an archive, in constant memory, to compare two views. */
#ifndef ARCHIVE_TALLY_H
#define ARCHIVE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct unarchive;

struct tally {
	uint64_t entries;
	uint64_t bytes;		/* of data */
	uint32_t fold;		/* CRC-32 over each name, size and CRC-32 */
};

/* Adds an entry; the order counts, and the name as it is composed (charset.h).
 * A zeroed tally is an empty one. */
void tally_add(struct tally *t, const char *name, size_t name_len,
    uint64_t size, uint32_t crc);

bool tally_same(const struct tally *a, const struct tally *b);

/* Reads an archive and adds every plain member. */
int tally_read(struct tally *t, struct unarchive *u, struct err *e);

/* Reads an archive in memory and checks that it holds just the entries of want:
 * names, sizes and CRC-32 of the data that come out.  0, or -1 with code 70 and
 * what differs. */
int tally_verify(const void *bytes, size_t len, const struct tally *want,
    struct err *e);

/* 0, or -1 with code 70 and how an archive that was read back differs. */
int tally_check(const struct tally *found, const struct tally *want,
    struct err *e);

#endif
