/*
 * libreader: a reader of libarchive (archive_read(3)), set up, and its errors.
 *
 * While a reader is set up, libarchive crashes in three places when there is no
 * memory; this module avoids them.  In other places it then ends the process;
 * main() sees to that.
 */
#ifndef ARCHIVE_LIBREADER_H
#define ARCHIVE_LIBREADER_H

#include <archive.h>
#include <archive_entry.h>

#include "base/diag.h"

/* NULL without memory.  It also wants so much memory to be left that the small
 * allocations that follow will succeed. */
struct archive *libreader_new(void);

/* Opens it on what read gives with arg: 0, or -1 with e. */
int libreader_open(struct archive *a, void *arg, archive_read_callback *read,
    struct err *e);

/*
 * Fills e from its last error, with what in front; returns -1.  65 for bad
 * data, with the byte at which it was seen; 70 for memory, naming -m; 74 when a
 * file cannot be read; 77 for a passphrase.
 */
int libreader_error(struct archive *a, const char *what, struct err *e);

#endif
