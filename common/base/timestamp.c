/* timestamp: epoch seconds and RFC 3339 dates. */
#include "base/timestamp.h"

#include <string.h>

static const int64_t END_OF_9999 = INT64_C(253402300799);

/* Days from 1970-01-01; the year begins in March, so that the leap day is its
 * last one. */
static int64_t
days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era_days;

	y -= m <= 2;
	era_days = y * 365 + y / 4 - y / 100 + y / 400;
	return era_days + (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1 -
	    719468;
}

static int64_t
days_in_month(int64_t y, int64_t m)
{
	return days_from_civil(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) -
	    days_from_civil(y, m, 1);
}

static bool
read_epoch(const char *s, int64_t *seconds)
{
	int64_t v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || v > END_OF_9999 / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	*seconds = v;
	return v <= END_OF_9999;
}

/* Matches s with pattern, where each digit place is a '0'; gives the numbers
 * between the other characters. */
static bool
read_fields(const char *s, const char *pattern, int64_t *fields)
{
	if (strlen(s) != strlen(pattern))
		return false;
	*fields = 0;
	for (; *s != '\0'; s++, pattern++) {
		if (*pattern == '0') {
			if (*s < '0' || *s > '9')
				return false;
			*fields = *fields * 10 + (*s - '0');
		} else {
			if (*s != *pattern)
				return false;
			*++fields = 0;
		}
	}
	return true;
}

bool
timestamp_parse(const char *s, int64_t *seconds)
{
	int64_t f[7] = { 0 };	/* year, month, day, hours, minutes, seconds */

	if (read_epoch(s + (*s == '@'), seconds))
		return true;
	if (!read_fields(s, "0000-00-00", f) &&
	    !read_fields(s, "0000-00-00T00:00:00Z", f))
		return false;
	if (strlen(s) == strlen("0000-00-00"))
		f[3] = f[4] = f[5] = 0;
	if (f[0] < 1970 || f[1] < 1 || f[1] > 12 || f[2] < 1 ||
	    f[2] > days_in_month(f[0], f[1]) || f[3] > 23 || f[4] > 59 ||
	    f[5] > 59)
		return false;
	*seconds = ((days_from_civil(f[0], f[1], f[2]) * 24 + f[3]) * 60 +
	    f[4]) * 60 + f[5];
	return true;
}
