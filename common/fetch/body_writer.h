/*
 * body_writer: takes bytes of a body that are known to be good, decodes them,
 * holds them to a limit, hashes, counts and writes them.  What it was given
 * cannot be taken back.
 */
#ifndef FETCH_BODY_WRITER_H
#define FETCH_BODY_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/meter.h"
#include "http/decoder.h"
#include "base/hash.h"

struct body_writer {
	struct output *out;	/* lent */
	struct meter *meter;	/* lent */
	uint64_t limit;		/* --max-size; 0: none */
	struct sha256 *hash;	/* of all that is written, begun; or NULL */
	const char *separator;	/* written between two bodies; NULL: nothing */
	bool lines;		/* before it, a line feed after a body that does
				 * not end in one */
	bool alone;		/* there is one body, so its length is the
				 * meter's total */
	uint64_t bytes;		/* written so far */
	/* private */
	bool between;		/* a body has ended, and another has begun */
	char last;		/* byte written */
	struct decoder decoder;
	bool decoding;
};

/* Begins a body, of which nothing has been given yet. */
int body_writer_begin(struct body_writer *w, bool encoded, struct err *e);

/* Takes bytes as they came from the network.  0, or -1 with 65 when they exceed
 * the limit (then none of them is written) or cannot be decoded, or with the
 * error of output_write. */
int body_writer_write(struct body_writer *w, const void *data, size_t len,
    struct err *e);

/* Call it when the body is complete: -1 with 65 if its encoding is not. */
int body_writer_end(struct body_writer *w, struct err *e);

/* 0 if len more decoded bytes stay within the limit; else -1 with 65. */
int body_writer_allows(const struct body_writer *w, uint64_t len,
    struct err *e);

void body_writer_free(struct body_writer *w);

#endif
