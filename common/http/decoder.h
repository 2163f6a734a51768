/*
 * decoder: Content-Encoding gzip and deflate undone, piece by piece (zlib).
 * One thread; memory is fixed, about 110 KiB.
 */
#ifndef HTTP_DECODER_H
#define HTTP_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct decoder {
	void *stream;		/* zlib's, with a buffer; NULL: not begun */
	bool ended;		/* a whole stream has come */
};

/* Is it a Content-Encoding that is understood?  NULL and "identity" are not. */
bool decoder_knows(const char *encoding);

/* Begins a body; a zeroed or a used decoder is fine.  -1: 70. */
int decoder_begin(struct decoder *d, struct err *e);

/* Decodes len bytes and gives the result to take, in pieces; -1 with 65 for
 * malformed data, or with what take, which returned -1, has said. */
int decoder_run(struct decoder *d, const void *data, size_t len,
    int (*take)(void *ctx, const void *data, size_t len, struct err *e),
    void *ctx, struct err *e);

/* Was that a whole body?  An empty one is.  -1: 65. */
int decoder_end(const struct decoder *d, struct err *e);

void decoder_free(struct decoder *d);

#endif
