/* date: dates as HTTP and AWS write them. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Reads a date in one of the three forms of RFC 9110, section 5.6.7, into
 * seconds since 1970; false when s has none of these forms. */
bool date_parse(const char *s, int64_t *unix_time);

/* "2016-02-25T06:03:31Z" (ISO 8601), also with a fraction or an offset; false
 * for anything else. */
bool date_parse_iso(const char *s, int64_t *unix_time);

#endif
