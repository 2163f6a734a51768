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

/* The same way round: as people write it, with the largest unit of which it is a
 * multiple ("1M", "90s"), or as a number alone. */
enum { ARGS_VALUE = 32 };	/* bytes of the longest */
void args_show_number(char text[ARGS_VALUE], uint64_t value);
void args_show_size(char text[ARGS_VALUE], uint64_t bytes);
void args_show_duration(char text[ARGS_VALUE], uint64_t ms);

#endif
