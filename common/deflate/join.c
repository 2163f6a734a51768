/*
 * join: the walk over a deflate stream's symbols.
 *
 * A step loads the 64 bits that begin at the place it stands at, of which at
 * least 57 are the stream's, enough for two literals and a length, or for a
 * distance.  So the place, a number of bits, is all the state there is, and one
 * comparison before each load keeps it within the stream; the load reads
 * JOIN_SLACK bytes further at most.
 *
 * Codes of up to TABLE_BITS bits are looked up; an entry stands for two literals
 * where both fit its bits.  Longer codes are rare and are read bit by bit.
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
	LENGTH_BITS = CODE_BITS + 5,	/* a length with its extra bits */
	DISTANCE_BITS = CODE_BITS + 13,	/* a distance with its */
	SHORT = 32		/* bytes of a match that are compared by words; few
				 * are longer */
};

/* What a table's entry stands for; one word, so that a look is one load. */
enum kind { LITERAL, TWO_LITERALS, LENGTH, BLOCK_END, LONG, INVALID };
struct entry {
	uint8_t bits;		/* of its codes */
	uint8_t kind;
	uint8_t symbol;		/* a literal's, a distance's, or a length's above
				 * END */
	uint8_t extra;		/* bits that follow; or the second literal */
};

struct code {
	struct entry table[1 << TABLE_BITS];
	uint16_t count[CODE_BITS + 1];	/* of codes with so many bits */
	uint16_t sorted[LITERALS];	/* symbols, shorter codes first */
};

/* How far a walk has come. */
struct place {
	uint64_t at;		/* in the stream, bits */
	const unsigned char *to;	/* in the data */
};

struct walk {
	const unsigned char *in;
	uint64_t limit;		/* bits in it */
	const unsigned char *first, *end;	/* of the data, with dictionary */
	struct place p;
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

/* As little-endian processors have it in memory, which those are that this runs
 * on. */
static inline uint64_t
load(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* At least 57 bits from at on. */
static inline uint64_t
peek(const struct walk *w, uint64_t at)
{
	return load(w->in + (at >> 3)) >> (at & 7);
}

/* n <= 16 bits.  Where there are not so many, 0, and a place after the end,
 * which the callers look for. */
static unsigned
take(struct walk *w, unsigned n)
{
	unsigned v;

	if (w->p.at + n > w->limit) {
		w->p.at = w->limit + 1;
		return 0;
	}
	v = (unsigned)(peek(w, w->p.at) & ((1u << n) - 1));
	w->p.at += n;
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
		e.symbol = (uint8_t)symbol;
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

/* Lets an entry for a literal stand for the next one, too, whose code follows in
 * the same bits.  From above, since an entry looks at smaller patterns. */
static void
gather_literals(struct code *c)
{
	for (unsigned n = 1 << TABLE_BITS; n > 0; n--) {
		unsigned i = n - 1;
		struct entry *e = &c->table[i], *next;

		if (e->kind != LITERAL)
			continue;
		next = &c->table[i >> e->bits];
		if (next->kind == LITERAL &&
		    e->bits + next->bits <= TABLE_BITS) {
			e->bits = (uint8_t)(e->bits + next->bits);
			e->kind = TWO_LITERALS;
			e->extra = next->symbol;
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

static inline struct entry
look(const struct code *c, uint64_t v, bool distance)
{
	struct entry e = c->table[v & ((1 << TABLE_BITS) - 1)];

	return e.kind == LONG ? long_code(c, v, distance) : e;
}

/* Are the next len bytes of the data the same as those that stand distance
 * before them?  Most are short: so many words are compared without asking how
 * many there are, which processors cannot foretell. */
static inline bool
repeats(const unsigned char *to, const unsigned char *end, size_t len,
    size_t distance)
{
	static const unsigned char mask[2 * SHORT] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint64_t differ = 0;

	if (len > SHORT || (size_t)(end - to) < SHORT)
		return memcmp(to, to - distance, len) == 0;
	for (size_t i = 0; i < SHORT; i += sizeof differ)
		differ |= (load(to + i) ^ load(to + i - distance)) &
		    load(mask + SHORT - len + i);
	return differ == 0;
}

/* A distance, and the match of that length.  Of v the next bits are ready. */
static inline bool
match(const struct walk *w, struct place *p, size_t len, uint64_t v,
    unsigned ready)
{
	struct entry e;
	size_t distance;

	if (p->at > w->limit)
		return false;
	if (ready < DISTANCE_BITS)
		v = peek(w, p->at);
	e = look(&w->distances, v, true);
	if (e.kind != LENGTH)
		return false;
	p->at += e.bits + (unsigned)e.extra;
	distance = distance_base[e.symbol] +
	    (size_t)(v >> e.bits & ((1u << e.extra) - 1));
	if (distance > (size_t)(p->to - w->first) ||
	    len > (size_t)(w->end - p->to) ||
	    !repeats(p->to, w->end, len, distance))
		return false;
	p->to += len;
	return true;
}

/* One literal or two: are they the next bytes of the data? */
static inline bool
literals(const struct walk *w, struct place *p, struct entry e)
{
	ptrdiff_t n = e.kind == LITERAL ? 1 : 2;

	if (w->end - p->to < n || *p->to != e.symbol ||
	    (n == 2 && p->to[1] != e.extra))
		return false;
	p->to += n;
	return true;
}

/* The symbols that one load holds, to the first that is no literal.  Gives the
 * kind of the last one. */
static inline enum kind
step(const struct walk *w, struct place *p)
{
	uint64_t v = peek(w, p->at);
	unsigned used = 0;
	struct entry e;

	do {
		e = look(&w->literals, v, false);
		used += e.bits;
		v >>= e.bits;
		if (e.kind <= TWO_LITERALS && !literals(w, p, e))
			return INVALID;
	} while (e.kind <= TWO_LITERALS && used <= LOADED - LENGTH_BITS);
	p->at += used;
	if (e.kind != LENGTH)
		return e.kind;
	p->at += e.extra;
	return match(w, p, length_base[e.symbol] +
	    (size_t)(v & ((1u << e.extra) - 1)), v >> e.extra,
	    LOADED - used - e.extra) ? LENGTH : INVALID;
}

/* The symbols of a block to its end.  The place is a variable of its own, which
 * compilers keep in registers. */
static bool
symbols(struct walk *w)
{
	struct place p = w->p;
	enum kind kind;

	do
		kind = p.at <= w->limit ? step(w, &p) : INVALID;
	while (kind != BLOCK_END && kind != INVALID);
	w->p = p;
	return kind == BLOCK_END && p.at <= w->limit;
}

/* 3.2.4 */
static bool
stored(struct walk *w)
{
	unsigned len, check;

	w->p.at = (w->p.at + 7) & ~(uint64_t)7;
	if (w->p.at > w->limit || w->limit - w->p.at < 32)
		return false;
	len = take(w, 16);
	check = take(w, 16);
	if (len != (~check & 0xffff) || len > (w->limit - w->p.at) / 8 ||
	    len > (size_t)(w->end - w->p.to) ||
	    memcmp(w->in + w->p.at / 8, w->p.to, len) != 0)
		return false;
	w->p.at += 8 * (uint64_t)len;
	w->p.to += len;
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
	static const struct { uint8_t least, extra; } runs[] = {
		{ 3, 2 }, { 3, 3 }, { 11, 7 } };	/* 16, 17, 18 */

	for (unsigned i = 0; i < n;) {
		struct entry e = long_code(&w->literals, peek(w, w->p.at), true);
		unsigned times, symbol = e.symbol;

		w->p.at += e.bits;
		if (e.kind == INVALID || w->p.at > w->limit)
			return false;
		if (symbol < 16) {
			bits[i++] = (uint8_t)symbol;
			continue;
		}
		if (symbol == 16 && i == 0)
			return false;
		times = runs[symbol - 16].least +
		    take(w, runs[symbol - 16].extra);
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
	return w->p.at <= w->limit &&
	    sort_symbols(&w->literals, lengths, LENGTHS) == 0 &&
	    read_lengths(w, bits, literals + distances) && bits[END] != 0 &&
	    make_code(&w->literals, bits, literals, false, &w->j->incomplete) &&
	    make_code(&w->distances, bits + literals, distances, true,
	    &w->j->incomplete);
}

/* The block at the place. */
static bool
block(struct walk *w)
{
	w->j->header = w->p.at;
	w->j->final = take(w, 1) != 0;
	switch (take(w, 2)) {
	case 0:
		return stored(w);
	case 1:
		return fixed_codes(w) && symbols(w);
	case 2:
		return dynamic_codes(w) && symbols(w);
	default:
		return false;
	}
}

int
join_walk(struct join *j, const unsigned char *in, size_t len,
    const struct join_data *data)
{
	struct walk w = { .in = in, .limit = 8 * (uint64_t)len,
		.first = data->bytes - data->dict, .p.to = data->bytes,
		.end = data->bytes + data->len, .j = j };

	*j = (struct join){ 0 };
	do {
		if (!block(&w) || w.p.at > w.limit)
			return -1;
	} while (!j->final && w.p.at < w.limit);
	j->end = w.p.at;
	return w.p.to == w.end ? 0 : -1;
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
