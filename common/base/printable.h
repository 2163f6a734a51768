/*
 * printable: text from elsewhere (an answer, a name, an argument) made fit for
 * a person's eyes.
 *
 * What could move a terminal's cursor, forge a line or turn the order of what
 * is read is not printable: C0, DEL and C1, the marks, embeddings, overrides
 * and isolates of the bidirectional algorithm (U+061C, U+200E, U+200F, U+202A
 * to U+202E, U+2066 to U+2069), the separators U+2028 and U+2029, and whatever
 * is not UTF-8, in which a terminal of another encoding may see a control.
 */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stddef.h>
#include <stdio.h>

/* The number of bytes at the beginning of text that make up printable
 * characters; len if all do. */
size_t printable_check(const char *text, size_t len);

/* Replaces each byte of text that belongs to no printable character by '?'. */
void printable_mask(char *text, size_t len);

/* Writes text as a string of JSON, with its quotes (RFC 8259): what is not
 * printable is escaped, what is not UTF-8 becomes U+FFFD.  Errors are the
 * stream's. */
void printable_json(FILE *out, const char *text);

#endif
