/*
 * libcheck: what libarchive's readers of tar and cpio leave open.
 *
 *  - An archive that stops between two members is whole to them.  A tar archive
 *    must end with a block of zeros, and a cpio archive with its trailer.
 *  - What follows the end goes unread.  Here several tar archives in a row are
 *    one (unarchive.c has libarchive read them so, as GNU tar's -i), and after
 *    cpio's trailer there are only zeros.
 *  - A warning can mean a lost name or misplaced data.
 *  - The size of a sparse file is taken from any header with GNU's magic, also
 *    where other programs keep other things: in star's place for times.
 */
#ifndef ARCHIVE_LIBCHECK_H
#define ARCHIVE_LIBCHECK_H

#include <stdbool.h>

#include "archive/archive_input.h"
#include "base/diag.h"

struct archive;

/* Is that, the first 512 bytes of an input, a block of a tar archive: a header,
 * also without a mark (v7), or zeros? */
enum { LIBCHECK_BLOCK = 512 };
bool libcheck_is_tar(const unsigned char block[LIBCHECK_BLOCK]);

/* After a warning that came with a member: 0 if it is about something that is
 * not used here (an owner, an access list) or kept as it is, else -1 with 65.
 * converts: names are to be turned from a character set. */
int libcheck_warning(struct archive *a, bool converts, struct err *e);

/* A member has just begun: is its size one that its header does not have?  Its
 * data end earlier then. */
bool libcheck_stray_size(struct archive *a, const struct archive_input *in);

/* libarchive has seen the end: -1 with 65 if it is none. */
int libcheck_end(struct archive *a, struct archive_input *in, struct err *e);

#endif
