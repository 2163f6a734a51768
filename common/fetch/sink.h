/*
 * sink: the way of good bytes from the network to standard output: decoded,
 * limited, hashed, counted, written.  What is given to it is never taken back.
 */
#ifndef FETCH_SINK_H
#define FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/meter.h"
#include "http/decoder.h"
#include "base/hash.h"

struct sink {
	struct output *out;	/* lent */
	struct meter *meter;	/* lent */
	uint64_t limit;		/* --max-size; 0: none */
	struct sha256 *hash;	/* of all that is written, begun; or NULL */
	uint64_t bytes;		/* written so far */
	/* private */
	struct decoder decoder;
	bool decoding;
};

/* Begins a body, of which nothing has been given yet. */
int sink_begin(struct sink *s, bool encoded, struct err *e);

/* Takes bytes as they came.  0, or -1: 65 past the limit (nothing of it is
 * written) or not decodable, or what output_write says. */
int sink_write(struct sink *s, const void *data, size_t len, struct err *e);

/* The body is complete: 65 if its encoding is not. */
int sink_end(struct sink *s, struct err *e);

/* May len more decoded bytes come?  -1 with 65 and a text if not. */
int sink_allows(const struct sink *s, uint64_t len, struct err *e);

void sink_free(struct sink *s);

#endif
