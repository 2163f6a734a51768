/*
 * scan_escape: what follows a backslash (RFC 8259, section 7).
 *
 * Beyond the grammar, an escaped surrogate must be one of a pair, or is
 * replaced (see struct scan_policy).
 */
#ifndef JSON_SCAN_ESCAPE_H
#define JSON_SCAN_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "json/scan.h"

/* A hexadecimal digit's value, plus 16, and 32 if an escape that begins with
 * it may need a second look; 0 for all else. */
extern const unsigned char scan_hex[256];

/* What may follow a backslash, but for the u. */
extern const bool scan_simple[256];

/* The length of the escape, or pair of them, at p; 0: the fed bytes end within
 * it; -1 with the error in s->e.  A lone surrogate in what is captured is
 * replaced in the copy. */
int scan_escape(struct scan *s, const char *p, const char *end);

/* Decodes a text whose escapes are checked, in place; its new length, which is
 * not above the old.  A lone surrogate becomes U+FFFD. */
size_t scan_decode(char *text, size_t len);

#endif
