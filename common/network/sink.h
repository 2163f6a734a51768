/*
 * sink: the way of good bytes from the network to standard output: limited,
 * counted, written.  What is given to it is never taken back.
 */
#ifndef NETWORK_SINK_H
#define NETWORK_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/meter.h"

struct sink {
	struct output *out;	/* lent */
	struct meter *meter;	/* lent */
	uint64_t limit;		/* --max-size; 0: none */
	uint64_t bytes;		/* taken so far */
};

/* 0, or -1: 65 past the limit (nothing of it is written), or what
 * output_write says. */
int sink_write(struct sink *s, const void *data, size_t len, struct err *e);

/* May len more bytes come?  -1 with 65 and a text if not. */
int sink_allows(const struct sink *s, uint64_t len, struct err *e);

#endif
