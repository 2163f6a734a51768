/*
 * date: points in time as HTTP, S3 and people write them, in seconds since
 * 1970-01-01T00:00:00Z.
 *
 * All functions are pure, and false means that s is not such a text from its
 * first byte to its last.  A date that does not exist (month 13, 30 February,
 * hour 24, an offset of 24 hours or more) is no date.  Second 60, a leap second,
 * is the first of the next minute, as POSIX counts.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* A date of HTTP in one of the three forms of RFC 9110, section 5.6.7.  The
 * name of the weekday may be any, and a day of one digit may stand alone.
 * Years 1970 to 9999. */
bool date_parse(const char *s, int64_t *seconds);

/* A date and time of RFC 3339: "2016-02-25T06:03:31Z", also with a fraction of
 * the second, which is dropped, or with an offset, "+09:00".  Years 0 to 9999,
 * so the result may be negative. */
bool date_parse_iso(const char *s, int64_t *seconds);

/* What an option takes: seconds since 1970 ("1787184000", as SOURCE_DATE_EPOCH
 * has it, or "@1787184000"), a day ("2026-08-20", its beginning in UTC), or
 * what date_parse_iso takes.  Years 1970 to 9999. */
bool date_parse_option(const char *s, int64_t *seconds);

#endif
