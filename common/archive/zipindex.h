/*
 * zipindex: the directory of a zip archive that can be sought in, kept in
 * memory in the order of the members: 56 bytes a member, without names.
 */
#ifndef ARCHIVE_ZIPINDEX_H
#define ARCHIVE_ZIPINDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "deflate/zipend.h"
#include "archive/supply.h"
#include "archive/zipdata.h"

struct zipindex_entry {
	uint64_t at;			/* of the local header */
	uint64_t name_at;		/* of its name in the directory */
	struct zipdata_sum sum;
	uint32_t mode;
	uint16_t flags, method, name_len;
};

struct zipindex {
	bool found;			/* the archive's end is there */
	struct zip_directory directory;
	struct zipindex_entry *entries;	/* directory.entries of them */
};

/* Finds and reads the directory of an archive of size bytes.  65 if there is
 * none, or one that is broken; 70 without memory for it. */
int zipindex_load(struct zipindex *x, struct supply *in, uint64_t size,
    struct err *e);
void zipindex_free(struct zipindex *x);	/* a zeroed one is fine */

/* 0 if the local header agrees with the directory's entry, else -1 with 65. */
int zipindex_compare(const struct zipindex_entry *en,
    const struct zip_record *local, const struct supply *in, struct err *e);

#endif
