/* scan_lenient: commas and marks between documents, and NaN. */
#include <string.h>

#include "json/scan_capture.h"
#include "json/scan_error.h"
#include "json/scan_lenient.h"
#include "json/scan_projection.h"

/* How much of a word stands at p, all or up to the end of the fed bytes: its
 * length; 0: it is cut; -1: it does not stand there. */
static int
word_at(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - p) >= len)
		return memcmp(p, word, len) == 0 ? (int)len : -1;
	return memcmp(p, word, (size_t)(end - p)) == 0 ? 0 : -1;
}

int
scan_between(struct scan *s, const char *p, const char *end)
{
	int n;

	if (*p == ',' && !s->comma) {
		s->comma = true;
		return 1;
	}
	n = *p == SCAN_MARK[0] ? word_at(p, end, SCAN_MARK) : -1;
	return n > 0 ? n : n == 0 ? -1 : 0;
}

bool
scan_comma_first(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (strncmp(text, SCAN_MARK, strlen(SCAN_MARK)) != 0)
			return *text == ',';
		text += strlen(SCAN_MARK);
	}
}

int
scan_nan(struct scan *s, const char *p, const char *end)
{
	static const char *const texts[][2] = { { "NaN", "\"NaN\"" },
	    { "Infinity", "\"Infinity\"" }, { "-Infinity", "\"-Infinity\"" } };
	const char *const *text = texts[*p == 'N' ? 0 : *p == 'I' ? 1 : 2];
	int n = word_at(p, end, text[0]), rc = 0;

	if (n == 0)
		return 0;
	if (n < 0)
		return scan_expected(s, p, "a value");
	if (s->policy.nan == SCAN_NAN_ERROR)
		return scan_error(s, scan_offset(s, p), s->e, "expected a "
		    "value, found %s; see --nan", text[0]);
	s->as_null = s->policy.nan == SCAN_NAN_NULL;
	if (s->next != NULL)
		rc = scan_begin(s, p);
	scan_substitute(s, p, s->as_null ? "null" : text[1], (size_t)n);
	s->as_null = false;
	return rc == 0 ? n : -1;
}
