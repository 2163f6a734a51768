/* decimal: sign, then the place of the first digit, then the digits. */
#include <stdint.h>
#include <string.h>

#include "json/decimal.h"

/* A number taken apart.  Its value is 0.d1d2d3… times ten to the place, where d1
 * is not 0; a zero has no digits. */
struct decimal {
	bool negative;
	const char *digits, *end;	/* from d1 on; a point may be among them */
	int64_t place;
};

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* An exponent's text, after its e; beyond the limit it is one more than that. */
static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = *p == '-';
	int64_t v = 0;

	if (*p == '-' || *p == '+')
		p++;
	for (; p < end; p++) {
		v = v * 10 + (*p - '0');
		if (v > DECIMAL_EXPONENT_MAX) {
			v = DECIMAL_EXPONENT_MAX + 1;
			break;
		}
	}
	return negative ? -v : v;
}

/* text is a number. */
static struct decimal
take_apart(const char *text, size_t len)
{
	struct decimal d = { .negative = *text == '-', .end = text + len };
	const char *p = text + d.negative, *e, *point;

	for (e = p; e < d.end && (*e | 0x20) != 'e'; e++)
		;
	if (e < d.end)
		d.place = read_exponent(e + 1, d.end);
	d.end = e;
	point = memchr(p, '.', (size_t)(e - p));
	if (point == NULL)
		point = e;
	while (p < e && (*p == '0' || *p == '.'))
		p++;
	d.digits = p;
	/* a digit after the point is one place further left in the sum */
	d.place += p < point ? point - p : point - p + 1;
	return d;
}

/* The next digit, or 0 after the last; *p moves on. */
static int
next_digit(const char **p, const char *end)
{
	if (*p < end && **p == '.')
		++*p;
	return *p < end ? *(*p)++ - '0' : 0;
}

static int
compare_sizes(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->digits, *q = b->digits;
	int x, y;

	if (p == a->end || q == b->end)		/* a zero */
		return (p != a->end) - (q != b->end);
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	while (p < a->end || q < b->end) {
		x = next_digit(&p, a->end);
		y = next_digit(&q, b->end);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

int
decimal_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct decimal x = take_apart(a, a_len), y = take_apart(b, b_len);
	bool x_zero = x.digits == x.end, y_zero = y.digits == y.end;

	if (x_zero && y_zero)
		return 0;
	if (x_zero)
		return y.negative ? 1 : -1;
	if (y_zero || x.negative != y.negative)
		return x.negative ? -1 : 1;
	return x.negative ? compare_sizes(&y, &x) : compare_sizes(&x, &y);
}

bool
decimal_valid(const char *text, size_t len)
{
	const char *p = text, *end = text + len, *from;
	int64_t exponent;

	p += p < end && *p == '-';
	from = p;
	p = skip_digits(p, end);
	if (p == from || (*from == '0' && p - from > 1))
		return false;
	if (p < end && *p == '.') {
		from = ++p;
		p = skip_digits(p, end);
		if (p == from)
			return false;
	}
	if (p < end && (*p | 0x20) == 'e') {
		from = ++p;
		p += p < end && (*p == '+' || *p == '-');
		if (p == end || skip_digits(p, end) != end)
			return false;
		exponent = read_exponent(from, end);
		return exponent >= -DECIMAL_EXPONENT_MAX &&
		    exponent <= DECIMAL_EXPONENT_MAX;
	}
	return p == end;
}
