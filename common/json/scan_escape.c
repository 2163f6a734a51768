/* scan_escape: all escapes in one piece, and two that belong together. */
#include <string.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_escape.h"

const unsigned char scan_hex[256] = {
	['0'] = 48, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20,
	['5'] = 21, ['6'] = 22, ['7'] = 23, ['8'] = 24, ['9'] = 25,
	['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 61, ['e'] = 30, ['f'] = 31,
	['A'] = 26, ['B'] = 27, ['C'] = 28, ['D'] = 61, ['E'] = 30, ['F'] = 31,
};

const bool scan_simple[256] = {
	['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true, ['f'] = true,
	['n'] = true, ['r'] = true, ['t'] = true,
};

static unsigned
hex4(const char *p)
{
	unsigned v = 0;
	int i;

	for (i = 0; i < 4; i++)
		v = v << 4 | (scan_hex[(unsigned char)p[i]] & 15);
	return v;
}

static char *
put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

size_t
scan_decode(char *text, size_t len)
{
	static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *p = text, *end = text + len;
	char *to = text;
	unsigned c, low;

	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
		} else if (p[1] != 'u') {
			*to++ = meant[strchr(plain, p[1]) - plain];
			p += 2;
		} else {
			c = hex4(p + 2);
			p += 6;
			low = end - p >= 6 && p[0] == '\\' && p[1] == 'u' ?
			    hex4(p + 2) : 0;
			if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 &&
			    low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				p += 6;
			}
			to = put_utf8(to, c >= 0xd800 && c < 0xe000 ? 0xfffd :
			    c);
		}
	}
	return (size_t)(to - text);
}

static int
lone(struct scan *s, const char *p)
{
	if (s->policy.replace) {
		scan_substitute(s, p, "\\ufffd", 6);
		return 6;
	}
	return scan_error(s, scan_offset(s, p), s->e,
	    "a lone surrogate, '%.6s', is no character", p);
}

/* Walks "\uXXXX" from its second byte on; as scan_escape. */
static int
hex_escape(struct scan *s, const char *p, const char *end)
{
	int i;

	for (i = 2; i < 6; i++) {
		if (p + i == end)
			return 0;
		if (scan_hex[(unsigned char)p[i]] == 0)
			return scan_expected(s, p + i,
			    "four hexadecimal digits after '\\u'");
	}
	return 6;
}

int
scan_escape(struct scan *s, const char *p, const char *end)
{
	unsigned unit;
	int n;

	if (p + 1 == end)
		return 0;
	if (p[1] != 'u') {
		if (scan_simple[(unsigned char)p[1]])
			return 2;
		return scan_expected(s, p + 1,
		    "one of \"\\/bfnrtu after '\\'");
	}
	n = hex_escape(s, p, end);
	if (n <= 0)
		return n;
	unit = hex4(p + 2);
	if (unit == 0 && s->policy.refuse_nul && s->uncopied != NULL)
		return scan_error(s, scan_offset(s, p), s->e,
		    "expected no NUL in a string, found '\\u0000'");
	if (unit < 0xd800 || unit > 0xdfff)
		return 6;
	if (unit >= 0xdc00)
		return lone(s, p);
	if (p + 6 == end)
		return 0;
	if (p[6] != '\\')
		return lone(s, p);
	if (p + 7 == end)
		return 0;
	if (p[7] != 'u')
		return lone(s, p);
	n = hex_escape(s, p + 6, end);
	if (n <= 0)
		return n;
	unit = hex4(p + 8);
	return unit >= 0xdc00 && unit <= 0xdfff ? 12 : lone(s, p);
}
