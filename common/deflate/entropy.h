/* entropy: how evenly the bytes of some data are spread, from a sample. */
#ifndef DEFLATE_ENTROPY_H
#define DEFLATE_ENTROPY_H

#include <stddef.h>

enum {
	ENTROPY_BIT = 256,		/* the unit: 1/256 bit */
	ENTROPY_SAMPLE = 16 * 1024	/* bytes looked at, at most */
};

/*
 * The bits that a byte of the data carries if only the counts of byte values
 * are known (Shannon's entropy of order 0), from 0 to 8 × ENTROPY_BIT; 0 for
 * no data.  Data that is longer than ENTROPY_SAMPLE is looked at in 16
 * stretches.  Logarithms are interpolated in whole numbers, so that the value
 * is the same on every machine; it can be 0.09 bits too large.
 */
unsigned entropy_bits(const unsigned char *data, size_t len);

#endif
