/*
 * pattern: does a name match a pattern?
 *
 *	*	any characters, also "/" and none
 *	?	one character
 *	[abc]	one of these; [a-z] a range, [!abc] or [^abc] none of them
 *	\x	x itself
 *
 * As fnmatch(3) without flags, with two differences: characters are those of
 * UTF-8 in any locale (a byte that is none is a character of its own), and the
 * time is at most the product of the lengths, where fnmatch takes the power of
 * the number of stars; the names are of archives, and may be hostile.  Pure.
 */
#ifndef ARCHIVE_PATTERN_H
#define ARCHIVE_PATTERN_H

#include <stdbool.h>

bool pattern_matches(const char *pattern, const char *name);

#endif
