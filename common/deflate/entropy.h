/* entropy: how evenly the bytes of some data are spread, from a sample. */
#ifndef DEFLATE_ENTROPY_H
#define DEFLATE_ENTROPY_H

#include <stddef.h>

enum {
	ENTROPY_BIT = 256,		/* the unit: 1/256 bit */
	ENTROPY_SAMPLE = 16 * 1024	/* bytes looked at, at most */
};

/*
 * Bits that a byte of data carries when only the counts of byte values are
 * known (Shannon's entropy of order 0), from 0 to 8 × ENTROPY_BIT; it can be 0.09
 * bits too much, because logarithms are interpolated: whole numbers give the
 * same value everywhere.  Longer data is looked at in 16 stretches.  Data of
 * no length has 0.
 */
unsigned entropy_bits(const unsigned char *data, size_t len);

#endif
