/*
 * literals: histogram, code lengths, header, codes; block by block.
 *
 * Codes are at most 12 bits long, so that four of them fit into the bit buffer
 * behind the 7 bits that a flush may leave there.
 */
#define _DEFAULT_SOURCE	/* htole64 */
#include "deflate/literals.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK = 256 * 1024,
	END = 256,		/* the symbol at the end of a block */
	SYMBOLS = 257,
	DISTANCES = 2,		/* of one bit each: no code is incomplete */
	LONGEST = 12,
	LENGTHS = 19,		/* symbols of the code for code lengths */
	LENGTHS_LONGEST = 7,
	ALL = SYMBOLS + DISTANCES,
	TAIL = 1024		/* bytes: header, end, a whole bit buffer */
};

struct code {
	uint16_t bits;		/* reversed: the first bit is the lowest */
	uint16_t len;
};

struct bits {
	unsigned char *at;
	uint64_t held;
	unsigned count;		/* of held bits, < 8 after a flush */
};

/* count < 64. */
static void
flush(struct bits *b)
{
	uint64_t v = htole64(b->held);

	memcpy(b->at, &v, sizeof v);
	b->at += b->count / 8;
	b->held >>= b->count & ~7U;
	b->count &= 7;
}

static void
put(struct bits *b, uint64_t v, unsigned n)
{
	b->held |= v << b->count;
	b->count += n;
}

static int
ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Depths of a Huffman tree over n >= 2 leaves of ascending weight: weights
 * become depths, in place (Moffat and Katajainen, "In-place calculation of
 * minimum-redundancy codes", 1995).  A cell is a leaf's weight, then an inner
 * node's weight, then its parent, then its depth, then a leaf's depth.
 */
static void
tree_depths(uint32_t *w, int n)
{
	int leaf = 0, node = 0, next, open, used;
	uint32_t depth;

	for (next = 0; next < n - 1; next++) {
		uint32_t sum = 0;

		for (int k = 0; k < 2; k++) {
			if (leaf >= n || (node < next && w[node] < w[leaf])) {
				sum += w[node];
				w[node++] = (uint32_t)next;
			} else {
				sum += w[leaf++];
			}
		}
		w[next] = sum;
	}
	w[n - 2] = 0;
	for (node = n - 3; node >= 0; node--)
		w[node] = w[w[node]] + 1;
	node = n - 2;
	next = n - 1;
	for (open = 1, depth = 0; open > 0; open = 2 * used, depth++) {
		for (used = 0; node >= 0 && w[node] == depth; node--)
			used++;
		for (; open > used; open--)
			w[next--] = depth;
	}
}

/* Code lengths for counts, none above longest: counts are evened out until
 * that is so.  At least two symbols get a code. */
static void
code_lengths(const uint32_t *counts, int n, uint32_t longest,
    unsigned char *lengths)
{
	uint64_t order[SYMBOLS];	/* count above, symbol below */
	uint32_t w[SYMBOLS] = { 0 };
	int used = 0;

	for (int i = 0; i < n; i++)
		if (counts[i] != 0)
			order[used++] = (uint64_t)counts[i] << 32 | (unsigned)i;
	for (int i = 0; used < 2; i++)
		if (counts[i] == 0)
			order[used++] = UINT64_C(1) << 32 | (unsigned)i;
	qsort(order, (size_t)used, sizeof *order, ascending);
	do {
		for (int i = 0; i < used; i++)
			w[i] = (uint32_t)(order[i] >> 32);
		tree_depths(w, used);
		for (int i = 0; i < used; i++)
			order[i] = ((order[i] >> 33) + 1) << 32 |
			    (order[i] & UINT32_MAX);
	} while (w[0] > longest);
	memset(lengths, 0, (size_t)n);
	for (int i = 0; i < used; i++)
		lengths[order[i] & UINT32_MAX] = (unsigned char)w[i];
}

/* RFC 1951, 3.2.2. */
static void
make_codes(const unsigned char *lengths, int n, struct code *codes)
{
	unsigned next = 0;

	for (unsigned len = 1; len <= LONGEST; len++) {
		for (int i = 0; i < n; i++) {
			unsigned code = next, bits = 0;

			if (lengths[i] != len)
				continue;
			for (unsigned k = 0; k < len; k++, code >>= 1)
				bits = bits << 1 | (code & 1);
			codes[i] = (struct code){ (uint16_t)bits,
			    (uint16_t)len };
			next++;
		}
		next <<= 1;
	}
}

/* A code length, or a run of zeros, as 3.2.7 writes it. */
struct run {
	unsigned char symbol, extra_bits, extra;
};

/* What the next n lengths begin with; gives how many of them it stands for. */
static int
next_run(const unsigned char *lengths, int n, struct run *r)
{
	int zeros = 0;

	while (zeros < n && zeros < 138 && lengths[zeros] == 0)
		zeros++;
	if (zeros >= 11)
		*r = (struct run){ 18, 7, (unsigned char)(zeros - 11) };
	else if (zeros >= 3)
		*r = (struct run){ 17, 3, (unsigned char)(zeros - 3) };
	else
		*r = (struct run){ lengths[0], 0, 0 };
	return zeros >= 3 ? zeros : 1;
}

/* The header of a block: the code lengths, which have a code of their own. */
static void
put_header(struct bits *b, const unsigned char *lengths, bool final)
{
	static const unsigned char order[LENGTHS] = { 16, 17, 18, 0, 8, 7, 9,
		6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	struct run runs[ALL];
	unsigned char its_lengths[LENGTHS];
	struct code codes[LENGTHS];
	uint32_t counts[LENGTHS] = { 0 };
	int n_runs = 0, n_order = LENGTHS;

	for (int i = 0; i < ALL; counts[runs[n_runs++].symbol]++)
		i += next_run(lengths + i, ALL - i, &runs[n_runs]);
	code_lengths(counts, LENGTHS, LENGTHS_LONGEST, its_lengths);
	make_codes(its_lengths, LENGTHS, codes);
	while (its_lengths[order[n_order - 1]] == 0)
		n_order--;
	put(b, final, 1);
	put(b, 2, 2);				/* a dynamic block */
	put(b, SYMBOLS - 257, 5);
	put(b, DISTANCES - 1, 5);
	put(b, (unsigned)n_order - 4, 4);
	flush(b);
	for (int i = 0; i < n_order; i++) {
		put(b, its_lengths[order[i]], 3);
		flush(b);
	}
	for (int i = 0; i < n_runs; i++) {
		struct code c = codes[runs[i].symbol];

		put(b, c.bits, c.len);
		put(b, runs[i].extra, runs[i].extra_bits);
		flush(b);
	}
}

/* Four tables, because a count that has just been stored is slow to load. */
static void
count(uint32_t counts[SYMBOLS], const unsigned char *data, size_t len)
{
	uint32_t tables[4][END] = { { 0 } };
	size_t i;

	for (i = 0; i + 4 <= len; i += 4) {
		tables[0][data[i]]++;
		tables[1][data[i + 1]]++;
		tables[2][data[i + 2]]++;
		tables[3][data[i + 3]]++;
	}
	for (; i < len; i++)
		tables[0][data[i]]++;
	for (int v = 0; v < END; v++)
		counts[v] = tables[0][v] + tables[1][v] + tables[2][v] +
		    tables[3][v];
	counts[END] = 1;
}

static void
put_data(struct bits *to, const struct code *codes, const unsigned char *data,
    size_t len)
{
	struct bits b = *to;		/* in registers */
	size_t i;

	for (i = 0; i + 4 <= len; i += 4) {
		struct code c0 = codes[data[i]], c1 = codes[data[i + 1]];
		struct code c2 = codes[data[i + 2]], c3 = codes[data[i + 3]];

		/* in pairs, so that one need not wait for the other */
		put(&b, c0.bits | (uint64_t)c1.bits << c0.len,
		    (unsigned)c0.len + c1.len);
		put(&b, c2.bits | (uint64_t)c3.bits << c2.len,
		    (unsigned)c2.len + c3.len);
		flush(&b);
	}
	for (; i < len; i++) {
		put(&b, codes[data[i]].bits, codes[data[i]].len);
		flush(&b);
	}
	*to = b;
}

/* One block; false when there is no room for it. */
static bool
put_block(struct bits *b, const unsigned char *data, size_t len, bool final,
    const unsigned char *end)
{
	uint32_t counts[SYMBOLS];
	unsigned char lengths[ALL];
	struct code codes[SYMBOLS];
	uint64_t size = 0;

	count(counts, data, len);
	code_lengths(counts, SYMBOLS, LONGEST, lengths);
	memset(lengths + SYMBOLS, 1, DISTANCES);
	make_codes(lengths, SYMBOLS, codes);
	for (int i = 0; i < SYMBOLS; i++)
		size += (uint64_t)counts[i] * lengths[i];
	if (size / 8 + TAIL > (uint64_t)(end - b->at))
		return false;
	put_header(b, lengths, final);
	put_data(b, codes, data, len);
	put(b, codes[END].bits, codes[END].len);
	flush(b);
	return true;
}

size_t
literals_piece(const unsigned char *data, size_t len, bool last,
    unsigned char *out, size_t room)
{
	struct bits b = { .at = out };
	size_t at = 0, n;

	do {
		n = len - at < BLOCK ? len - at : BLOCK;
		if (!put_block(&b, data + at, n, last && at + n == len,
		    out + room))
			return 0;
		at += n;
	} while (at < len);
	if (!last)
		put(&b, 0, 3);		/* an empty stored block, which ends on */
	b.count = (b.count + 7) & ~7U;	/* a byte boundary; or just that */
	flush(&b);
	if (!last) {
		memcpy(b.at, "\x00\x00\xff\xff", 4);
		b.at += 4;
	}
	return (size_t)(b.at - out);
}
