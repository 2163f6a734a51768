/*
 * intake: the bytes of an archive on their way to its reader.
 *
 * One layer of compression is undone here (decompress.h), so that all that
 * libarchive gets passes here, and libarchive needs no filters.  The last bytes
 * that were handed on in chunks are kept, for those who look back.
 */
#ifndef ARCHIVE_INTAKE_H
#define ARCHIVE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "archive/decompress.h"
#include "base/diag.h"

enum { INTAKE_KEPT = 64 * 1024 + 64 };

struct intake {
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	uint64_t taken;		/* bytes of the archive */
	uint64_t raw;		/* bytes handed on */
	bool ended;
	struct decompress *decompress;	/* NULL: not compressed */
	unsigned char *kept;	/* INTAKE_KEPT bytes, and the chunk behind them */
	size_t chunk;		/* its size */
	size_t begin, begin_at;	/* bytes that were read to open it, and given */
};

/* read: > 0 bytes, 0 the complete end, -1 with e.  Its first bytes are read.  0,
 * or -1 with e: of read, or of decompress.h's. */
int intake_open(struct intake *in,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from, struct err *e);
void intake_close(struct intake *in);	/* a zeroed one is fine */

/* Before anything else is asked for: the first *len bytes, at least INTAKE_BEGIN
 * unless there are no more. */
enum { INTAKE_BEGIN = DECOMPRESS_BEGIN };
const void *intake_begin(const struct intake *in, size_t *len);

/* The next chunk, valid until the next call: its size, 0 at the end, or -1 with
 * e: of read, or of decompress_read. */
ssize_t intake_next(struct intake *in, const void **chunk, struct err *e);

/* The same into a buffer, of which nothing is kept. */
ssize_t intake_read(struct intake *in, void *buf, size_t len, struct err *e);

/* Are there only zeros from that offset of what is handed on, which must be
 * kept, to the end, to which it reads?  0; 1 for another byte, at *at; or -1. */
int intake_zeros(struct intake *in, uint64_t from, uint64_t *at,
    struct err *e);

/* len bytes at that offset of what was handed on, or NULL if not all of them
 * are there. */
const unsigned char *intake_kept(const struct intake *in, uint64_t at,
    size_t len);

bool intake_is_compressed(const struct intake *in);

#endif
