/*
 * unarchive: what is in an archive, read by libarchive (archive_read(3)).
 *
 * Any format and filter that libarchive reads in a stream; one thread.  The
 * process's locale must have LC_CTYPE in UTF-8, else names that are not ASCII
 * cannot be told.
 */
#ifndef FORMATS_UNARCHIVE_H
#define FORMATS_UNARCHIVE_H

#include <stddef.h>

#include "base/diag.h"
#include "formats/tally.h"

/*
 * Reads a whole zip archive in memory and checks that it holds just the
 * entries of want: names, sizes and CRC-32 of the data that comes out.
 * 0, or -1 with code 70 and what differs.
 */
int unarchive_verify(const void *bytes, size_t len, const struct tally *want,
    struct err *e);

#endif
