/*
 * utf8_block: UTF-8 checked in blocks of a vector's width; written once for
 * each kind of vector.
 *
 * The method is that of J. Keiser and D. Lemire, "Validating UTF-8 in less
 * than one instruction per byte" (2021): every rule of table 3-7 that two
 * neighbouring bytes can break gets a bit; three tables, looked up with the
 * high and low half of the first byte and the high half of the second, say
 * which rules each of them could break; what all three agree on is broken.
 * The rest - is there a second or third continuation byte just where a longer
 * character needs one - is a comparison with the bytes two and three before.
 *
 * A file that includes this has defined WIDTH, TARGET, the type vector and:
 *
 *	load(p)  zero()  or(a, b)  and(a, b)  xor(a, b)  any(v)
 *	before(v, last, n)	v moved up by n bytes, filled from last
 *	above(v, b)		v - b, at least 0
 *	byte(b)			b everywhere
 *	low(v)  high(v)		the halves of each byte
 *	look(table, v)		table[v] for each byte
 */
enum {
	SHORT = 1 << 0,		/* a lead byte, then no continuation */
	LONG = 1 << 1,		/* ASCII, then a continuation */
	OVERLONG_3 = 1 << 2,	/* e0, then less than a0 */
	LARGE = 1 << 3,		/* f4, then more than 8f */
	SURROGATE = 1 << 4,	/* ed, then more than 9f */
	OVERLONG_2 = 1 << 5,	/* c0 or c1 */
	LARGE_1000 = 1 << 6,	/* f5 and above; also: */
	OVERLONG_4 = 1 << 6,	/* f0, then less than 90 */
	TWO = 1 << 7,		/* two continuations: may be right */
	CARRY = SHORT | LONG | TWO
};

static const unsigned char first_high[16] = {
	LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG,
	TWO, TWO, TWO, TWO,
	SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE,
	SHORT | LARGE | LARGE_1000 | OVERLONG_4
};
static const unsigned char first_low[16] = {
	CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, CARRY | OVERLONG_2,
	CARRY, CARRY, CARRY | LARGE,
	CARRY | LARGE | LARGE_1000, CARRY | LARGE | LARGE_1000,
	CARRY | LARGE | LARGE_1000, CARRY | LARGE | LARGE_1000,
	CARRY | LARGE | LARGE_1000, CARRY | LARGE | LARGE_1000,
	CARRY | LARGE | LARGE_1000, CARRY | LARGE | LARGE_1000,
	CARRY | LARGE | LARGE_1000 | SURROGATE,
	CARRY | LARGE | LARGE_1000, CARRY | LARGE | LARGE_1000
};
static const unsigned char second_high[16] = {
	SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
	LONG | OVERLONG_2 | TWO | OVERLONG_3 | LARGE_1000 | OVERLONG_4,
	LONG | OVERLONG_2 | TWO | OVERLONG_3 | LARGE,
	LONG | OVERLONG_2 | TWO | SURROGATE | LARGE,
	LONG | OVERLONG_2 | TWO | SURROGATE | LARGE,
	SHORT, SHORT, SHORT, SHORT
};

/* Not zero where v, which follows last, breaks a rule. */
TARGET static inline vector
broken(vector v, vector last)
{
	vector one = before(v, last, 1), two = before(v, last, 2),
	    three = before(v, last, 3), rules, longer;

	rules = and(and(look(first_high, high(one)), look(first_low, low(one))),
	    look(second_high, high(v)));
	longer = or(above(two, 0xe0 - 0x80), above(three, 0xf0 - 0x80));
	return xor(and(longer, byte(0x80)), rules);
}

/*
 * How many bytes, at a character's end, are known to be well-formed.  It
 * stops some way before the first that is not, and before the end.
 */
TARGET static size_t
check_blocks(const unsigned char *s, size_t len)
{
	vector last = zero(), a, b;
	size_t i, back;
	bool open = false;	/* last may end within a character */

	for (i = 0; len - i >= 2 * WIDTH; i += 2 * WIDTH) {
		a = load(s + i);
		b = load(s + i + WIDTH);
		if (!any(and(or(a, b), byte(0x80)))) {
			if (open && any(broken(a, last)))
				break;
			open = false;
			continue;
		}
		if (!open)
			last = zero();
		if (any(or(broken(a, last), broken(b, a))))
			break;
		last = b;
		open = true;
	}
	for (back = 0; back < 4 && i > 0 && (s[i - 1] & 0x80) != 0; back++) {
		if ((s[--i] & 0xc0) != 0x80)
			break;
	}
	return i;
}
