/*
 * zipdata: the data of one member of a zip archive, from its first byte after
 * the local header to the end of what follows it, the descriptor.
 *
 * Where the member's compressed size is not known before, its end is where the
 * compression ends.  Stored data have no such mark: they end at the first
 * descriptor that fits all that came before it, CRC-32 and size.
 */
#ifndef ARCHIVE_ZIPDATA_H
#define ARCHIVE_ZIPDATA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "archive/supply.h"
#include "archive/zipcipher.h"
#include "archive/zipmethod.h"
#include "archive/ziprecord.h"

struct zipdata_sum {
	uint32_t crc;
	uint64_t csize, usize;
};

struct zipdata {
	struct supply *in;
	unsigned char *out, *plain;	/* buffers; plain for encrypted data */
	/* of the member */
	struct zip_record r;		/* its local header, without names */
	unsigned method;
	const char *passphrase;
	bool csize_known, sum_known, started, ended, found;
	struct zipdata_sum want;	/* as far as it is known */
	struct zipdata_sum sum;		/* of what was read; in the end crc is
					 * as it is written, which may be 0 for
					 * encrypted data */
	uint64_t left;			/* compressed bytes ahead, if known */
	uint32_t crc;
	struct zipcipher *cipher;
	struct zipmethod *undo;
	size_t ahead, ahead_at;		/* of plain, decrypted and not used */
};

int zipdata_init(struct zipdata *d, struct supply *in, struct err *e);
void zipdata_free(struct zipdata *d);	/* a zeroed one is fine */

/*
 * Takes the next member, whose data begin where the supply stands.  want: what
 * its data must be, or NULL if only the local header r is there to tell.
 * passphrase must outlive it; NULL only if it is not encrypted or not read.
 */
void zipdata_begin(struct zipdata *d, const struct zip_record *r,
    const struct zipdata_sum *want, const char *passphrase);

/* The next piece, valid until the next call: > 0 its size, 0 the end, all of it
 * as it must be, and d->sum is complete; or -1 with 65, 70 or 77. */
ssize_t zipdata_block(struct zipdata *d, const void **block, struct err *e);

#endif
