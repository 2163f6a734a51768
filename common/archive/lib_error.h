/* lib_error: what libarchive says went wrong, as an error of ours. */
#ifndef ARCHIVE_LIB_ERROR_H
#define ARCHIVE_LIB_ERROR_H

#include "base/diag.h"

struct archive;

/*
 * Fills e from the last error of a reader, with what in front; returns -1.
 * 65 for bad data, with the byte at which it was seen; 70 for memory, naming
 * -m; 74 when a file cannot be read; 77 for a passphrase.
 */
int lib_error(struct archive *a, const char *what, struct err *e);

#endif
