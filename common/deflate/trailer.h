/*
 * trailer: does a zip, gzip or zstd stream end as it should?
 *
 * A stream that was cut looks whole to whoever stores it.  These formats say
 * where they end, each in its own way, and it is looked for while the bytes
 * pass, in bounded memory:
 *
 *	zip	The end of the central directory stands at the very end, or
 *		before zeros that fill up a block, and the directory it names
 *		(through the zip64 record where there is one) lies right before
 *		it (zipend.h).  The last 77 KiB are kept for that.
 *	gzip	A member's end cannot be known without unpacking it, so it is
 *		unpacked (ISA-L): all checksums are checked, too.  This costs
 *		more than all else that is done with the stream.
 *	zstd	Frames and blocks carry their sizes: they are walked exactly,
 *		without looking inside.
 *
 * Sources: PKWARE APPNOTE 6.3.10, 4.3; RFC 1952; RFC 8878, 3.1.
 */
#ifndef DEFLATE_TRAILER_H
#define DEFLATE_TRAILER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum trailer_kind {
	TRAILER_NONE,
	TRAILER_ANY,		/* whichever of the others begins like that */
	TRAILER_ZIP,
	TRAILER_GZIP,
	TRAILER_ZSTD
};

/* "zip", "gzip", "zstd"; false for others. */
bool trailer_parse(const char *name, enum trailer_kind *kind);

/* By a name's ending, in any case: .zip .jar, .gz .tgz, .zst .tzst; else
 * TRAILER_NONE. */
enum trailer_kind trailer_of_name(const char *name);

struct trailer;			/* one stream's; not TRAILER_NONE */

struct trailer *trailer_new(enum trailer_kind kind, struct err *e);
void trailer_free(struct trailer *t);

/* The next bytes: 0, or -1 with 65 as soon as they cannot be right. */
int trailer_add(struct trailer *t, const void *data, size_t len,
    struct err *e);

/* No more come: 0 when the stream is whole, or was empty; else -1 with 65. */
int trailer_end(struct trailer *t, struct err *e);

#endif
