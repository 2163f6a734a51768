/*
 * join: the walk over a deflate stream's symbols.
 *
 * A step loads the 64 bits that begin at the place it stands at, of which at
 * least 57 are the stream's: a length and its distance take at most 48.  So the
 * place, a number of bits, is all the state there is, and one comparison a step
 * keeps it within the stream; a load reads JOIN_SLACK bytes further at most.
 *
 * Codes of up to TABLE_BITS bits are looked up.  Since it does not matter which
 * literals there are, an entry stands for as many as fit its bits.  Longer codes
 * are rare and are read bit by bit.
 */
#include "deflate/join.h"

#include <string.h>

enum {
	TABLE_BITS = 11,	/* 8 KiB a table, which first-level caches hold;
				 * fewer bits hold fewer literals a look */
	CODE_BITS = 15,		/* the longest code (3.2.7) */
	LITERALS = 288,		/* 286 and 287 take part in the fixed code */
	DISTANCES = 32,		/* so do 30 and 31 */
	LENGTHS = 19,		/* the code of code lengths */
	END = 256,		/* of a block, among the literals */
	LOADED = 57,		/* bits of the stream that a load has at least */
	MATCH_BITS = 48		/* a length and its distance, at most */
};

/* What a table's entry stands for; one word, so that a look is one load. */
enum kind { LITERAL, LENGTH, BLOCK_END, LONG, INVALID };
struct entry {
	uint8_t bits;		/* of its codes */
	uint8_t kind;
	uint8_t extra;		/* bits that follow; for literals, how many */
	uint8_t symbol;		/* a distance's, or a length's above END */
};

struct code {
	struct entry table[1 << TABLE_BITS];
	uint16_t count[CODE_BITS + 1];	/* of codes with so many bits */
	uint16_t sorted[LITERALS];	/* symbols, shorter codes first */
};

struct walk {
	const unsigned char *in;
	uint64_t at, limit;	/* bits */
	size_t dict;
	struct join *j;
	struct code literals, distances;
};

static const uint16_t length_base[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17,
	19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
	258 };
static const uint8_t length_extra[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2,
	2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const uint16_t distance_base[] = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33,
	49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
	6145, 8193, 12289, 16385, 24577 };
static const uint8_t distance_extra[] = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5,
	5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13 };

enum {
	N_LENGTHS = sizeof length_base / sizeof *length_base,
	N_DISTANCES = sizeof distance_base / sizeof *distance_base
};

/* At least 57 bits from at on; compilers make one load of it. */
static uint64_t
peek(const struct walk *w, uint64_t at)
{
	const unsigned char *p = w->in + (at >> 3);
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v >> (at & 7);
}

/* n <= 16 bits.  Where there are not so many, 0, and a place after the end,
 * which the callers look for. */
static unsigned
take(struct walk *w, unsigned n)
{
	unsigned v;

	if (w->at + n > w->limit) {
		w->at = w->limit + 1;
		return 0;
	}
	v = (unsigned)(peek(w, w->at) & ((1u << n) - 1));
	w->at += n;
	return v;
}

static struct entry
entry_of(unsigned symbol, unsigned bits, bool distance)
{
	struct entry e = { .bits = (uint8_t)bits, .kind = INVALID };

	if (distance) {
		e.symbol = (uint8_t)symbol;
		if (symbol < N_DISTANCES) {
			e.kind = LENGTH;
			e.extra = distance_extra[symbol];
		}
	} else if (symbol < END) {
		e.kind = LITERAL;
		e.extra = 1;
	} else if (symbol == END) {
		e.kind = BLOCK_END;
	} else if (symbol - END - 1 < N_LENGTHS) {
		e.kind = LENGTH;
		e.symbol = (uint8_t)(symbol - END - 1);
		e.extra = length_extra[e.symbol];
	}
	return e;
}

static unsigned
reversed(unsigned code, unsigned bits)
{
	unsigned r = 0;

	for (; bits > 0; bits--, code >>= 1)
		r = r << 1 | (code & 1);
	return r;
}

/* Counts and sorts the symbols by the bits of their codes.  Gives how many of
 * the longest patterns no code begins with: 0 where the code is complete,
 * negative where there are too many codes. */
static int
sort_symbols(struct code *c, const uint8_t *bits, unsigned n)
{
	uint16_t next[CODE_BITS + 1] = { 0 };
	int left = 1;

	memset(c->count, 0, sizeof c->count);
	for (unsigned s = 0; s < n; s++)
		c->count[bits[s]]++;
	c->count[0] = 0;
	for (unsigned i = 1; i <= CODE_BITS; i++) {
		left = 2 * left - c->count[i];
		if (left < 0)
			return left;
		next[i] = (uint16_t)(next[i - 1] + c->count[i - 1]);
	}
	for (unsigned s = 0; s < n; s++)
		if (bits[s] != 0)
			c->sorted[next[bits[s]]++] = (uint16_t)s;
	return left;
}

/* Lets an entry for a literal stand for those whose codes follow in the same
 * bits, too.  From above, since an entry looks at smaller patterns. */
static void
gather_literals(struct code *c)
{
	for (unsigned n = 1 << TABLE_BITS; n > 0; n--) {
		unsigned i = n - 1;
		struct entry *e = &c->table[i], *next;

		if (e->kind != LITERAL)
			continue;
		next = &c->table[i >> e->bits];
		if (next->kind == LITERAL && next->extra == 1 &&
		    e->bits + next->bits <= TABLE_BITS) {
			e->bits = (uint8_t)(e->bits + next->bits);
			e->extra = 2;
		}
	}
}

/*
 * A code from the numbers of bits of its n symbols.  True unless there are too
 * many codes, or too few; a single one with one bit may leave the other bit
 * pattern unused (*incomplete), and so may one without symbols.
 */
static bool
make_code(struct code *c, const uint8_t *bits, unsigned n, bool distance,
    bool *incomplete)
{
	int left = sort_symbols(c, bits, n);
	unsigned code = 0, at = 0, total = 0;

	for (unsigned i = 1; i <= CODE_BITS && left > 0; i++)
		total += c->count[i];
	if (left < 0 || (left > 0 && total > c->count[1]))
		return false;
	*incomplete |= left > 0;
	for (unsigned i = 0; i < 1 << TABLE_BITS; i++)
		c->table[i] = (struct entry){ .kind = left > 0 ? INVALID : LONG };
	for (unsigned b = 1; b <= TABLE_BITS; b++, code <<= 1)
		for (unsigned k = 0; k < c->count[b]; k++, code++) {
			struct entry e = entry_of(c->sorted[at++], b, distance);

			for (unsigned i = reversed(code, b);
			    i < 1 << TABLE_BITS; i += 1u << b)
				c->table[i] = e;
		}
	if (!distance)
		gather_literals(c);
	return true;
}

/* A code that is longer than the table's, bit by bit (canonical codes of one
 * length are consecutive numbers). */
static struct entry
long_code(const struct code *c, uint64_t v, bool distance)
{
	unsigned code = 0, first = 0, index = 0;

	for (unsigned b = 1; b <= CODE_BITS; b++) {
		code |= v & 1;
		v >>= 1;
		if (code < first + c->count[b])
			return entry_of(c->sorted[index + code - first], b,
			    distance);
		index += c->count[b];
		first = (first + c->count[b]) << 1;
		code <<= 1;
	}
	return (struct entry){ .bits = CODE_BITS, .kind = INVALID };
}

/* The distance of a match, whose bits v begins with; false if nothing is that
 * far back.  *used is advanced. */
static bool
match(const struct walk *w, uint64_t v, unsigned *used)
{
	struct entry e = w->distances.table[v & ((1 << TABLE_BITS) - 1)];
	uint64_t distance;

	if (e.kind == LONG)
		e = long_code(&w->distances, v, true);
	if (e.kind != LENGTH)
		return false;
	distance = distance_base[e.symbol] +
	    (v >> e.bits & ((1u << e.extra) - 1));
	*used += e.bits + (unsigned)e.extra;
	return distance <= w->j->bytes + w->dict;
}

/* The symbols that one load holds: literals, and a match after them if all of
 * it is there.  Gives the kind of the last one, and the bits of all. */
static enum kind
step(struct walk *w, uint64_t v, unsigned *used)
{
	struct entry e;

	for (;;) {
		unsigned bits, length;

		e = w->literals.table[v & ((1 << TABLE_BITS) - 1)];
		if (e.kind == LONG)
			e = long_code(&w->literals, v, false);
		if (e.kind == LITERAL) {
			w->j->bytes += e.extra;
			*used += e.bits;
			v >>= e.bits;
			if (*used > LOADED - CODE_BITS)
				return LITERAL;
			continue;
		}
		if (e.kind != LENGTH) {
			*used += e.bits;
			return e.kind;
		}
		if (*used > LOADED - MATCH_BITS)
			return LITERAL;		/* comes again */
		v >>= e.bits;
		length = length_base[e.symbol] +
		    (unsigned)(v & ((1u << e.extra) - 1));
		bits = e.bits + (unsigned)e.extra;
		if (!match(w, v >> e.extra, &bits))
			return INVALID;
		w->j->bytes += length;
		*used += bits;
		return LENGTH;
	}
}

/* The symbols of a block to its end. */
static bool
symbols(struct walk *w)
{
	for (;;) {
		unsigned used = 0;
		enum kind kind = step(w, peek(w, w->at), &used);

		w->at += used;
		if (w->at > w->limit || kind == INVALID)
			return false;
		if (kind == BLOCK_END)
			return true;
	}
}

/* 3.2.4 */
static bool
stored(struct walk *w)
{
	unsigned len, check;

	w->at = (w->at + 7) & ~(uint64_t)7;
	if (w->at > w->limit || w->limit - w->at < 32)
		return false;
	len = take(w, 16);
	check = take(w, 16);
	if (len != (~check & 0xffff) || w->limit - w->at < 8 * (uint64_t)len)
		return false;
	w->at += 8 * (uint64_t)len;
	w->j->bytes += len;
	return true;
}

/* 3.2.6 */
static bool
fixed_codes(struct walk *w)
{
	uint8_t bits[LITERALS], distances[DISTANCES];
	bool incomplete = false;

	memset(bits, 8, 144);
	memset(bits + 144, 9, 112);
	memset(bits + 256, 7, 24);
	memset(bits + 280, 8, 8);
	memset(distances, 5, sizeof distances);
	return make_code(&w->literals, bits, LITERALS, false, &incomplete) &&
	    make_code(&w->distances, distances, DISTANCES, true, &incomplete);
}

/* The code lengths of both codes, in one run; false when they are wrong. */
static bool
read_lengths(struct walk *w, uint8_t *bits, unsigned n)
{
	static const struct { uint8_t least, extra; } repeats[] = {
		{ 3, 2 }, { 3, 3 }, { 11, 7 } };	/* 16, 17, 18 */

	for (unsigned i = 0; i < n;) {
		struct entry e = long_code(&w->literals, peek(w, w->at), true);
		unsigned times, symbol = e.symbol;

		w->at += e.bits;
		if (e.kind == INVALID || w->at > w->limit)
			return false;
		if (symbol < 16) {
			bits[i++] = (uint8_t)symbol;
			continue;
		}
		if (symbol == 16 && i == 0)
			return false;
		times = repeats[symbol - 16].least +
		    take(w, repeats[symbol - 16].extra);
		if (times > n - i)
			return false;
		memset(bits + i, symbol == 16 ? bits[i - 1] : 0, times);
		i += times;
	}
	return true;
}

/* 3.2.7 */
static bool
dynamic_codes(struct walk *w)
{
	static const uint8_t order[LENGTHS] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5,
		11, 4, 12, 3, 13, 2, 14, 1, 15 };
	uint8_t lengths[LENGTHS] = { 0 }, bits[LITERALS + DISTANCES];
	unsigned literals = 257 + take(w, 5), distances = 1 + take(w, 5),
	    n = 4 + take(w, 4);

	if (literals > 286 || distances > N_DISTANCES)
		return false;
	for (unsigned i = 0; i < n; i++)
		lengths[order[i]] = (uint8_t)take(w, 3);
	return w->at <= w->limit &&
	    sort_symbols(&w->literals, lengths, LENGTHS) == 0 &&
	    read_lengths(w, bits, literals + distances) && bits[END] != 0 &&
	    make_code(&w->literals, bits, literals, false, &w->j->incomplete) &&
	    make_code(&w->distances, bits + literals, distances, true,
	    &w->j->incomplete);
}

int
join_walk(struct join *j, const unsigned char *in, size_t len, size_t dict)
{
	struct walk w = { .in = in, .limit = 8 * (uint64_t)len, .dict = dict,
		.j = j };
	unsigned last = 0;

	*j = (struct join){ 0 };
	while (last == 0) {
		bool good = false;

		j->header = w.at;
		last = take(&w, 1);
		switch (take(&w, 2)) {
		case 0:
			good = stored(&w);
			break;
		case 1:
			good = fixed_codes(&w) && symbols(&w);
			break;
		case 2:
			good = dynamic_codes(&w) && symbols(&w);
			break;
		}
		if (!good || w.at > w.limit)
			return -1;
		j->end = w.at;
	}
	return 0;
}

size_t
join_open(const struct join *j, unsigned char *stream)
{
	static const unsigned char empty[] = { 0x00, 0x00, 0xff, 0xff };
	uint64_t at = j->end;
	size_t len;

	stream[j->header >> 3] &= (unsigned char)~(1u << (j->header & 7));
	/* The bits of the last byte that are not used, and three of a header. */
	stream[at >> 3] = (unsigned char)((at & 7) == 0 ? 0 :
	    stream[at >> 3] & ((1u << (at & 7)) - 1));
	if ((at & 7) > 5)
		stream[(at >> 3) + 1] = 0;
	len = (size_t)((at + 3 + 7) >> 3);
	memcpy(stream + len, empty, sizeof empty);
	return len + sizeof empty;
}
