/*
 * gunzip: gzip data (RFC 1952) read through zlib, every checksum checked.
 *
 * libarchive's own filter (3.6) does not look at the trailer, so that a damaged
 * .gz passes.
 * Several members in a row are one stream; zeros after the last are padding,
 * anything else there is an error.
 */
#ifndef DEFLATE_GUNZIP_H
#define DEFLATE_GUNZIP_H

#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

struct gunzip;

/* Is that the beginning of gzip data?  Two bytes are enough. */
int gunzip_matches(const void *begin, size_t len);

/*
 * Reads through read(from, …), which gives > 0, 0 at the complete end, or -1
 * with e.  The len bytes at begin come before what it gives.  NULL with e.
 */
struct gunzip *gunzip_new(ssize_t (*read)(void *from, void *buf, size_t len,
    struct err *e), void *from, const void *begin, size_t len, struct err *e);
void gunzip_free(struct gunzip *g);

/* Up to len bytes: > 0, 0 the end with all checksums right, -1: the error of
 * read, or 65. */
ssize_t gunzip_read(struct gunzip *g, void *buf, size_t len, struct err *e);

#endif
