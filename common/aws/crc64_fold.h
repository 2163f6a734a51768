/*
 * crc64_fold: the CRC by folding; written once for each kind of vector.
 *
 * 128 bits that stand D bits before others weigh as much as their two halves
 * times x^(D+63) and x^(D-1) modulo the polynomial (the product of two
 * reflected words comes out one power short).  Four vectors run through the
 * text, since each waits for its multiplication to end; eight are no faster.  What
 * is left of them is one vector's width of bytes with the same remainder.  Pieces
 * of 64 KiB go at 55 GB/s with 64 bytes a vector, 14 GB/s with 16, and 2 GB/s by
 * tables (AMD EPYC of 2024; ISA-L 2.30 does other polynomials at 55).
 *
 * Source: V. Gopal and others, "Fast CRC Computation for Generic Polynomials
 * Using PCLMULQDQ Instruction" (Intel, 2009).
 *
 * A file that includes this has defined WIDTH (bytes), TARGET, the type vector,
 * FOUR and ONE (the low and the high factor for four vectors' distance and for
 * that of one), and:
 *
 *	load(p)  store(p, v)
 *	all(low, high)		the two words in each 128 bits
 *	first(r)		r in the lowest word, zeros
 *	xor(a, b)
 *	fold(a, by, next)	both halves of each 128 bits of a times those
 *				of by, and next
 */
#define FACTORS_128 0xeadc41fd2ba3d420U, 0x21e9761e252621acU
#define FACTORS_512 0x0c32cdb31e18a84aU, 0x62242240ace5045aU
#define FACTORS_2048 0x37ccd3e14069cabcU, 0xa043808c0f782663U

/* As crc64nvme_remainder; at least four vectors' widths of bytes. */
TARGET static uint64_t
fold_all(uint64_t r, const uint8_t *p, size_t len)
{
	const vector four = all(FOUR), one = all(ONE);
	vector a = xor(load(p), first(r)), b = load(p + WIDTH);
	vector c = load(p + 2 * WIDTH), d = load(p + 3 * WIDTH);
	uint8_t rest[WIDTH];

	for (p += 4 * WIDTH, len -= 4 * WIDTH; len >= 4 * WIDTH;
	    p += 4 * WIDTH, len -= 4 * WIDTH) {
		a = fold(a, four, load(p));
		b = fold(b, four, load(p + WIDTH));
		c = fold(c, four, load(p + 2 * WIDTH));
		d = fold(d, four, load(p + 3 * WIDTH));
	}
	b = fold(a, one, b);
	c = fold(b, one, c);
	d = fold(c, one, d);
	store(rest, d);
	r = crc64nvme_remainder(0, rest, sizeof rest);
	return crc64nvme_remainder(r, p, len);
}
