/*
 * scan_lenient: what is no JSON but stands in files that are called so, and
 * loses nothing if it is read.
 *
 * Between documents: one comma, where an array was cut into lines; and a byte
 * order mark, where files that begin with one were put together.  In the place
 * of a value, if that is asked for: the numbers that are none, as Python's json
 * and others write them.
 */
#ifndef JSON_SCAN_LENIENT_H
#define JSON_SCAN_LENIENT_H

#include "json/scan.h"

/* U+FEFF in UTF-8, the byte order mark. */
#define SCAN_MARK "\xef\xbb\xbf"

/* The length of what stands at p, between documents, and is passed over; 0: a
 * document begins, or what is wrong; -1: the fed bytes end within it. */
int scan_between(struct scan *s, const char *p, const char *end);

/* Does a comma come in text, which a NUL ends, after nothing but white space and
 * marks? */
bool scan_comma_first(const char *text);

/* The length of the word at p, which begins as NaN, Infinity or -Infinity: it is
 * captured as the policy says, where it is selected.  0: the fed bytes end
 * within it; -1 with the error in s->e. */
int scan_nan(struct scan *s, const char *p, const char *end);

#endif
