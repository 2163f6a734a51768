/*
 * args_value: texts that stand for numbers, as option values have them.  Pure.
 */
#ifndef BASE_ARGS_VALUE_H
#define BASE_ARGS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Each reads a decimal number:
 *
 *	number		nothing but digits
 *	size		digits, then perhaps K, M, G or T (powers of 1024); in
 *			bytes
 *	duration	digits, then perhaps ms, s, m, h or d; without a unit
 *			they are seconds.  The result is in milliseconds
 *
 * False for anything else, which includes white space, signs, fractions and
 * results that do not fit into 64 bits; the result then stays as it was.
 */
bool args_parse_number(const char *s, uint64_t *value);
bool args_parse_size(const char *s, uint64_t *bytes);
bool args_parse_duration(const char *s, uint64_t *ms);

#endif
