/*
 * decimal: JSON's numbers compared by their digits, exactly, however many they
 * have; 1.50, 15e-1 and 1.5 are the same.  Pure.
 */
#ifndef JSON_DECIMAL_H
#define JSON_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the text is a number as RFC 8259 has it, and all of it.  False also
 * for an exponent beyond DECIMAL_EXPONENT_MAX either way. */
bool decimal_valid(const char *text, size_t len);

/* Below 0, 0 or above 0, as a is less than b, equals it, or is more.  Both are
 * numbers of JSON.  One with an exponent beyond the limit, which only one of the
 * two may have, counts as one at the limit: so it is still beyond the other. */
int decimal_compare(const char *a, size_t a_len, const char *b, size_t b_len);

/* Digits' places that an exponent may move the point.  No text has so many
 * digits that they would make up for it, and sums with lengths fit 64 bits. */
#define DECIMAL_EXPONENT_MAX ((int64_t)1 << 60)

#endif
