/*
 * decompress: one layer of compression undone, whichever it is.
 *
 * gzip by deflate/gunzip.h; bzip2, xz, lzma, lzip, zstd, lz4 and compress by
 * libarchive's filters, of which exactly one is used: what is compressed
 * twice comes out compressed once, as with gzip -d or xz -d.  Streams in a row
 * are one where their format has it so.  What else follows is an error, but for
 * zeros after gzip and xz, which are padding.  compress has no end and no
 * checksum: what is cut off or damaged there cannot be known.
 *
 * Memory: 256 KiB and what the format takes, see unarchive.h.
 */
#ifndef ARCHIVE_DECOMPRESS_H
#define ARCHIVE_DECOMPRESS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"

/* Bytes that are enough to recognise any of the formats. */
enum { DECOMPRESS_BEGIN = 14 };

/* The format of what begins like that; NULL: it is not compressed. */
const struct decompress_format *decompress_find(const void *begin, size_t len);

struct decompress;

/*
 * Reads through read(from, …), which gives > 0, 0 at the complete end, or -1
 * with e.  The len bytes at begin, at most DECOMPRESS_FIRST of them, come
 * before what it gives, and are copied.  NULL with e.
 */
enum { DECOMPRESS_FIRST = 64 * 1024 };
struct decompress *decompress_new(const struct decompress_format *format,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from, const void *begin, size_t len, struct err *e);
void decompress_free(struct decompress *d);	/* NULL is fine */

/* Up to len bytes: > 0, 0 the end with all checksums right, -1: the error of
 * read, or as libreader.h says. */
ssize_t decompress_read(struct decompress *d, void *buf, size_t len,
    struct err *e);

#endif
