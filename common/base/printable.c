/* printable: which characters are harmless, and what becomes of the others. */
#include "base/printable.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* Of a well-formed character of n bytes. */
static unsigned
code_point(const char *s, int n)
{
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned c = (unsigned char)*s & first[n];

	for (int i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

static bool
harmless(unsigned c)
{
	return c >= 0x20 && (c < 0x7f || c > 0x9f) && c != 0x061c &&
	    c != 0x200e && c != 0x200f && (c < 0x2028 || c > 0x202e) &&
	    (c < 0x2066 || c > 0x2069);
}

size_t
printable_check(const char *text, size_t len)
{
	size_t i = 0;
	int n;

	while (i < len && (n = utf8_length(text + i, len - i)) > 0 &&
	    harmless(code_point(text + i, n)))
		i += (size_t)n;
	return i;
}

void
printable_mask(char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		int n = utf8_length(text + i, len - i);

		if (n < 1)
			n = 1;
		if (printable_check(text + i, (size_t)n) != (size_t)n)
			memset(text + i, '?', (size_t)n);
		i += (size_t)n;
	}
}

void
printable_json(FILE *out, const char *text)
{
	size_t len = strlen(text);
	int n;

	putc_unlocked('"', out);
	for (size_t i = 0; i < len; i += (size_t)n) {
		n = utf8_length(text + i, len - i);
		if (n < 1) {
			fputs("\xef\xbf\xbd", out);
			n = 1;
		} else if (!harmless(code_point(text + i, n))) {
			fprintf(out, "\\u%04x", code_point(text + i, n));
		} else {
			if (text[i] == '"' || text[i] == '\\')
				putc_unlocked('\\', out);
			fwrite(text + i, 1, (size_t)n, out);
		}
	}
	putc_unlocked('"', out);
}
