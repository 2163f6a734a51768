/* pattern: one place to go back to, the last star, is enough. */
#include "archive/pattern.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* A byte that is no character of UTF-8 is above all that are. */
enum { NO_CHARACTER = 0x110000 };	/* the first that Unicode has not */

/* Takes the next character; 0 at the end. */
static uint32_t
next(const char **at)
{
	const unsigned char *s = (const unsigned char *)*at;
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c;
	int n;

	if (*s == '\0')
		return 0;
	n = utf8_length(s, strnlen(*at, 4));
	if (n < 1) {
		*at += 1;
		return (uint32_t)NO_CHARACTER + *s;
	}
	c = s[0] & first[n];
	for (int i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3f);
	*at += n;
	return c;
}

/* One character of a bracket, which a backslash may quote. */
static uint32_t
next_in_bracket(const char **at)
{
	uint32_t c = next(at);

	return c == '\\' ? next(at) : c;
}

/*
 * Is c in the bracket, which begins at *at, after its "["?  Then *at goes
 * after its "]".  -1 if there is no "]": the bracket is a character.
 */
static int
in_bracket(const char **at, uint32_t c)
{
	const char *s = *at;
	bool negated = *s == '!' || *s == '^', found = false, any = false;
	uint32_t low, high;

	s += negated;
	for (; *s != ']' || !any; any = true) {
		low = high = next_in_bracket(&s);
		if (low == 0)
			return -1;
		if (s[0] == '-' && s[1] != ']' && s[1] != '\0') {
			s++;
			high = next_in_bracket(&s);
		}
		found |= low <= c && c <= high;
	}
	*at = s + 1;
	return found != negated;
}

/* Does the character c match the beginning of the pattern, which is no star?  Then
 * *pattern goes after it. */
static bool
takes(const char **pattern, uint32_t c)
{
	const char *s = *pattern;
	uint32_t p = next(&s);
	int in;

	if (p == '?') {
		*pattern = s;
		return true;
	}
	if (p == '[' && (in = in_bracket(&s, c)) >= 0) {
		*pattern = s;
		return in > 0;
	}
	if (p == '\\' && *s != '\0')
		p = next(&s);
	*pattern = s;
	return p == c;
}

bool
pattern_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *resume = NULL, *rest;
	uint32_t c;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = name;
			continue;
		}
		rest = name;
		c = next(&rest);
		if (c == 0 && *pattern == '\0')
			return true;
		if (c != 0 && *pattern != '\0' && takes(&pattern, c)) {
			name = rest;
			continue;
		}
		/* The last star takes one more character, and what follows it
		 * is tried again: more to the left nothing is to be gained. */
		if (star == NULL || next(&resume) == 0)
			return false;
		pattern = star;
		name = resume;
	}
}
