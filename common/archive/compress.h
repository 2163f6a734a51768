/*
 * compress: one layer of compression put on a stream of bytes.
 *
 *	gzip	deflated by the pool (deflate.h), one member (RFC 1952)
 *	zstd	one frame, with checksum, in jobs of 1 MiB by libzstd's threads
 *		(RFC 8878)
 *	xz	one block, by liblzma in the caller's thread
 *
 * The bytes are the same for any number of threads and any timing.  xz has one
 * only: each further one would take 117 MiB at level 6 (its dictionary, and the
 * block in and out), and blocks of 8 MiB, which they need, are 2.5 % larger.
 *
 * Memory, beside deflate's: zstd 5 MiB, and for each thread 1.5 MiB at level 1,
 * 2.5 at level 3, 4.5 at level 6, 14 at level 9; xz 94 MiB at level 6, 674 at
 * level 9.
 */
#ifndef ARCHIVE_COMPRESS_H
#define ARCHIVE_COMPRESS_H

#include <stdint.h>
#include <sys/types.h>

#include "archive/zipbudget.h"
#include "base/diag.h"
#include "deflate/deflate.h"

enum compress_kind { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_XZ, COMPRESS_ZSTD };

struct compress;

/*
 * level: 0 … 9, DEFLATE_DEFAULT for the format's own (xz 6, zstd 3), and for
 * gzip DEFLATE_ADAPT.  What comes out goes to write(to, …), which gives 0 or -1
 * with e; nothing does before the first of the functions below is called.  NULL
 * with e.  Not for COMPRESS_NONE.
 */
struct compress *compress_new(enum compress_kind kind, int level,
    const struct zipbudget *budget,
    int (*write)(void *to, const void *buf, size_t len, struct err *e),
    void *to, struct err *e);
void compress_free(struct compress *c);	/* NULL is fine */

/* The next bytes, and the end: 0, or -1 with 70 or write's error. */
int compress_push(struct compress *c, const void *buf, size_t len,
    struct err *e);
int compress_end(struct compress *c, struct err *e);

/* Both for all that read gives: > 0 bytes, 0 the complete end, -1 with e.  *sum
 * becomes the sum of it (in and crc). */
int compress_stream(struct compress *c, ssize_t (*read)(void *from, void *buf,
    size_t len, struct err *e), void *from, struct deflate_sum *sum,
    struct err *e);

#endif
