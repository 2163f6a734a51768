/*
 * args_value: texts that stand for numbers, as option values have them.  Pure.
 */
#ifndef BASE_ARGS_VALUE_H
#define BASE_ARGS_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A plain decimal number; with it, a size in bytes with K, M, G or T (1024),
 * and a time in milliseconds with ms, s, m, h or d, where a bare number is in
 * seconds.  False, and *value as it was, for anything else, for white space,
 * signs and fractions, and above 64 bits.
 */
bool args_parse_number(const char *s, uint64_t *value);
bool args_parse_size(const char *s, uint64_t *bytes);
bool args_parse_duration(const char *s, uint64_t *ms);

#endif
