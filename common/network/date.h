/* date: dates as HTTP writes them. */
#ifndef NETWORK_DATE_H
#define NETWORK_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Reads one of the three forms of RFC 9110 5.6.7 into seconds since 1970;
 * false when s is not one. */
bool date_parse(const char *s, int64_t *unix_time);

#endif
