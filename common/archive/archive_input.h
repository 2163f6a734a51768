/*
 * archive_input: the bytes of an archive on their way to its reader.
 *
 * One layer of compression is undone here (decompress.h), so that all that a
 * reader gets passes here, and libarchive needs no filters.  The last bytes that
 * were handed on in chunks are kept, for those who look back.  Memory: 320 KiB
 * and what decompress.h takes.  One thread.
 */
#ifndef ARCHIVE_ARCHIVE_INPUT_H
#define ARCHIVE_ARCHIVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "archive/decompress.h"
#include "base/diag.h"

/* Bytes that are kept of the chunks before, at least. */
enum { ARCHIVE_INPUT_KEPT = 64 * 1024 + 64 };

/* Private, but for taken. */
struct archive_input {
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	uint64_t taken;		/* bytes that were read, of the archive */
	uint64_t raw;		/* bytes that were handed on */
	bool ended;
	struct decompress *decompress;	/* NULL: not compressed */
	unsigned char *kept;	/* the kept bytes, and the chunk after them */
	size_t chunk;		/* its size */
	size_t begin, begin_at;	/* bytes that were read to open it, and how many
				 * of them have been handed on */
};

/*
 * Opens it on read(from, …), which gives > 0 bytes, 0 at the complete end, or
 * -1 with e, and reads the first of them.  0, or -1 with e: of read, of
 * decompress.h's functions, or 70.  Close it in any case.
 */
int archive_input_open(struct archive_input *in,
    ssize_t (*read)(void *from, void *buf, size_t len, struct err *e),
    void *from, struct err *e);
void archive_input_close(struct archive_input *in); /* a zeroed one is fine */

/* Before anything else is asked for: the first *len bytes, at least
 * ARCHIVE_INPUT_BEGIN unless there are no more. */
enum { ARCHIVE_INPUT_BEGIN = DECOMPRESS_BEGIN };
const void *archive_input_begin(const struct archive_input *in, size_t *len);

/* The next chunk, valid until the next call: its size, 0 at the end, or -1 with
 * e: of read, or of decompress_read. */
ssize_t archive_input_next(struct archive_input *in, const void **chunk,
    struct err *e);

/* The same into a buffer, of which nothing is kept. */
ssize_t archive_input_read(struct archive_input *in, void *buf, size_t len,
    struct err *e);

/* Reads to the end.  0 if there are only zeros from the offset `from` of what
 * is handed on, which must still be kept; 1 if there is another byte, whose
 * offset is then in *at; or -1 with e. */
int archive_input_zeros(struct archive_input *in, uint64_t from, uint64_t *at,
    struct err *e);

/* The len bytes at that offset of what was handed on, or NULL if not all of
 * them are kept. */
const unsigned char *archive_input_kept(const struct archive_input *in,
    uint64_t at, size_t len);

bool archive_input_is_compressed(const struct archive_input *in);

#endif
