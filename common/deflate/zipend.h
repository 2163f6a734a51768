/*
 * zipend: where a zip archive's directory is, by the archive's last bytes.
 *
 * An end record counts if its comment reaches to the end of the archive, or to
 * zeros that fill up a block (bsdtar writes them to a pipe), and if the
 * directory that it names lies right before it, or before zip64's two records.
 * So a comment may hold anything: but where two records count, readers differ
 * in which of them they take, and the archive is refused.
 *
 * Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16.  Pure.
 */
#ifndef DEFLATE_ZIPEND_H
#define DEFLATE_ZIPEND_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Sizes of the records in bytes: the fixed part of a directory's entry, zip64's
 * record and its locator, the end record. */
enum { ZIPEND_ENTRY = 46, ZIPEND_64 = 56, ZIPEND_LOCATOR = 20,
	ZIPEND_RECORD = 22 };

/* So many bytes from the end of an archive are enough to find its directory:
 * zip64's record with 1 KiB for fields that are not known, its locator, the end
 * record, the longest comment, and 10 KiB of zeros as bsdtar writes them. */
enum { ZIPEND_TAIL = ZIPEND_64 + 1024 + ZIPEND_LOCATOR + ZIPEND_RECORD +
	65535 + 10240 };

struct zip_directory {
	uint64_t entries;
	uint64_t start, end;	/* where it is, in bytes of the archive */
	uint64_t base;		/* added to its offsets, they are places in the
				 * archive: the length of what was put before
				 * it, a program that unpacks it, for instance */
};

/*
 * tail: the last len bytes of an archive of total bytes, which is all of it or
 * at least ZIPEND_TAIL.  Bytes before them are not looked at: whether the
 * directory is one is for the caller to find.  0, or -1 with 65.
 */
int zipend_find(const uint8_t *tail, size_t len, uint64_t total,
    struct zip_directory *d, struct err *e);

#endif
