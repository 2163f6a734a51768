/*
 * gunzip: gzip data (RFC 1952) inflated step by step, all checksums checked, by
 * ISA-L.
 *
 * Several members in a row are one stream; zeros after the last are padding,
 * anything else there is an error.  zlib's format (RFC 1950), where it is taken,
 * is one stream alone.
 */
#ifndef DEFLATE_GUNZIP_H
#define DEFLATE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct gunzip;

struct gunzip_step {
	const unsigned char *in;
	size_t in_len;		/* what is left of it after the step */
	unsigned char *out;
	size_t out_len;		/* the room that is left */
};

/* zlib: takes what begins as zlib's format, too.  NULL with 70. */
struct gunzip *gunzip_new(bool zlib, struct err *e);
void gunzip_free(struct gunzip *g);	/* NULL is fine */

/* Goes on until the room is used up, or, if some is left, all input is taken: 0,
 * or -1 with 65 as soon as the data cannot be right. */
int gunzip_run(struct gunzip *g, struct gunzip_step *s, struct err *e);

/* No more input comes: 0 if the data are whole, or there were none; else -1 with
 * 65. */
int gunzip_end(const struct gunzip *g, struct err *e);

#endif
