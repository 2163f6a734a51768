/* printable: what may be shown, byte for byte; and as a text of JSON. */
#include "base/printable.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* All code points, encoded: which are printable, and in how many ranges. */
static void
code_points(void)
{
	static const struct { unsigned from, to; } bad[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
		{ 0xd800, 0xdfff } };
	unsigned wrong = 0, first = 0;

	for (unsigned c = 0; c < 0x110000; c++) {
		char s[4] = { (char)c };
		size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		bool want = true;

		if (n > 1) {
			static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0,
				0xf0 };

			s[0] = (char)(lead[n] | c >> 6 * (n - 1));
			for (size_t i = 1; i < n; i++)
				s[i] = (char)(0x80 |
				    (c >> 6 * (n - 1 - i) & 0x3f));
		}
		for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
			want &= c < bad[i].from || c > bad[i].to;
		if ((printable_check(s, n) == n) != want && wrong++ == 0)
			first = c;
	}
	ok(wrong == 0, "each code point (%u are wrong, the first U+%04X)",
	    wrong, first);
}

static void
masks(const char *text, const char *want, const char *title)
{
	char s[64];

	snprintf(s, sizeof s, "%s", text);
	printable_mask(s, strlen(s));
	ok(strcmp(s, want) == 0, "%s: '%s'", title, s);
}

static void
json(const char *text, const char *want, const char *title)
{
	char *s = NULL;
	size_t len;
	FILE *f = open_memstream(&s, &len);

	if (f == NULL)
		abort();
	printable_json(f, text);
	ok(fclose(f) == 0 && strcmp(s, want) == 0, "%s: %s", title, s);
	free(s);
}

int
main(void)
{
	code_points();
	masks("a\033[2Jb\r\n\x7f", "a?[2Jb???", "C0 and DEL");
	masks("a\xc2\x9b" "2Jb\x9b" "2J", "a??2Jb?2J", "C1, of UTF-8 and raw");
	masks("\xe6\x97\xa5\xc2\xa0\xf0\x9f\x8d\xa3", "\xe6\x97\xa5\xc2\xa0\xf0\x9f\x8d\xa3",
	    "other characters stay");
	masks("x\xe2\x80\xaegpj.exe", "x???gpj.exe", "an override");
	masks("a\xe2\x80\xa8" "b\xe2\x81\xa6" "c\xd8\x9c" "d\xe2\x80\x8f",
	    "a???b???c??d???", "separators, isolates, marks");
	masks("\xe6\x97", "??", "a character that is cut");
	masks("\xff\xc0\xaf\xed\xa0\x80", "??????", "what is not UTF-8");
	json("a\"b\\c\n\x7f\xc2\x85", "\"a\\\"b\\\\c\\u000a\\u007f\\u0085\"",
	    "JSON escapes");
	json("\xe2\x80\xae\xe6\x97\xa5", "\"\\u202e\xe6\x97\xa5\"", "and overrides");
	json("a\xff" "b\xe6\x97", "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\"",
	    "and replaces what is not UTF-8");
	json("", "\"\"", "nothing");
	return tap_done();
}
