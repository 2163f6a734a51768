/*
 * sizes: how much json2csv works on at once.
 *
 * The results do not depend on any of them.  The programs use the default;
 * tests and fuzzers use tiny ones as well, so that a few hundred bytes of
 * input go through what otherwise takes megabytes.
 */
#ifndef CSV_SIZES_H
#define CSV_SIZES_H

#include <stddef.h>

#include "json/batch.h"

struct sizes {
	size_t block;		/* bytes walked at once; at least
				 * BLOCK_MIN (block_reader.h) */
	struct batch_size batch;
	size_t window;		/* bytes of rows written at once, beyond
				 * which each row is written on its own */
	size_t kept;		/* bytes that a buffer of a row, or a parser,
				 * may have allocated and keep */
};

extern const struct sizes sizes_default;

#endif
