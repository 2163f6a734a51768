/*
 * zipmethod: how a zip archive's members are compressed, undone step by step.
 *
 * stored, deflate, bzip2, lzma, xz and zstd; each by the library of that name.
 * What is not among them has a name, for a message.  Each of these but stored
 * shows where it ends, to the byte.
 *
 * Memory: bzip2 4 MiB; lzma, xz and zstd what the data ask for, which limit.h
 * bounds (zstd at most 128 MiB).
 */
#ifndef ARCHIVE_ZIPMETHOD_H
#define ARCHIVE_ZIPMETHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct zipmethod;

struct zipmethod_step {
	const unsigned char *in;
	size_t in_len;		/* what is left of it after the step */
	unsigned char *out;
	size_t out_len;		/* the room that is left */
	bool ended;		/* in stands after the data's last byte */
};

/* Is there a way to undo it?  0, or -1 with 65 and its name. */
int zipmethod_known(unsigned method, struct err *e);

/*
 * A state for the data of one member, of a known method that is not stored.
 * end_marked: lzma's data end with a mark; else they are usize bytes.  NULL
 * with e.
 */
struct zipmethod *zipmethod_new(unsigned method, bool end_marked,
    uint64_t usize, struct err *e);
void zipmethod_free(struct zipmethod *m);	/* NULL is fine */

/* Goes on until all input is taken, the room is used up, or the data end.  -1
 * with 65 for data that are damaged, or 70 without memory. */
int zipmethod_run(struct zipmethod *m, struct zipmethod_step *s,
    struct err *e);

#endif
