/*
 * decoder: Content-Encoding gzip and deflate undone, piece by piece
 * (deflate/gunzip.h).  One thread; memory is fixed, about 150 KiB.
 */
#ifndef HTTP_DECODER_H
#define HTTP_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct decoder {
	struct gunzip *gunzip;	/* NULL: not begun */
	unsigned char *piece;	/* what comes out of it */
};

/* Is this a Content-Encoding that the decoder undoes?  False for NULL and
 * "identity", which need no decoder. */
bool decoder_knows(const char *encoding);

/* Begins a body; d may be zeroed, or used before.  -1 with 70. */
int decoder_begin(struct decoder *d, struct err *e);

/* Decodes len bytes and calls take with the result, in pieces.  -1 with 65 for
 * malformed data, or, when take returned -1, with the error that take filled.
 */
int decoder_run(struct decoder *d, const void *data, size_t len,
    int (*take)(void *ctx, const void *data, size_t len, struct err *e),
    void *ctx, struct err *e);

/* Call it after the last byte: 0 if the body was whole, which an empty one is;
 * else -1 with 65. */
int decoder_end(const struct decoder *d, struct err *e);

void decoder_free(struct decoder *d);

#endif
