/* entropy: a histogram of a sample, and the sum over it. */
#include "deflate/entropy.h"

#include <stdint.h>

enum { STRETCHES = 16, STRETCH = ENTROPY_SAMPLE / STRETCHES, VALUES = 256 };

/* log2 in 1/256, n > 0; straight lines between the powers of two. */
static unsigned
log_2(uint32_t n)
{
	unsigned whole = 31 - (unsigned)__builtin_clz(n);

	return whole * ENTROPY_BIT +
	    (unsigned)(((uint64_t)n * ENTROPY_BIT >> whole) - ENTROPY_BIT);
}

/* Two tables, because the same value often comes twice in a row, and a count
 * that has just been stored is slow to load. */
static void
count(uint32_t counts[2][VALUES], const unsigned char *data, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2) {
		counts[0][data[i]]++;
		counts[1][data[i + 1]]++;
	}
	if (i < len)
		counts[0][data[i]]++;
}

unsigned
entropy_bits(const unsigned char *data, size_t len)
{
	uint32_t counts[2][VALUES] = { { 0 } }, total = 0;
	uint64_t sum = 0;

	if (len <= ENTROPY_SAMPLE)
		count(counts, data, len);
	else
		for (size_t i = 0; i < STRETCHES; i++)
			count(counts, data + i * (len / STRETCHES), STRETCH);
	for (int i = 0; i < VALUES; i++) {
		uint32_t n = counts[0][i] + counts[1][i];

		if (n == 0)
			continue;
		total += n;
		sum += (uint64_t)n * log_2(n);
	}
	return total == 0 ? 0 : log_2(total) - (unsigned)(sum / total);
}
