/* date: fields are read by a pattern, and one function checks them all. */
#include "base/date.h"

#include <string.h>

/* Seconds: 9999-12-31T23:59:59Z, the last that RFC 3339 can write. */
static const int64_t END_OF_9999 = INT64_C(253402300799);

/* The places of the numbers in struct fields, in the order of RFC 3339. */
enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

/* Days from 1970-01-01; the year begins in March, so that the leap day is its
 * last one.  y is at least 0; year 0 is a leap year, as RFC 3339 has it. */
static int64_t
days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era_days;

	y += 400 - (m <= 2);	/* so that no quotient is negative */
	era_days = y * 365 + y / 4 - y / 100 + y / 400 - 146097;
	return era_days + (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1 -
	    719468;
}

static int64_t
days_in_month(int64_t y, int64_t m)
{
	return days_from_civil(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) -
	    days_from_civil(y, m, 1);
}

/* The fields as a time; false if there is no such date. */
static bool
to_seconds(const int64_t f[FIELDS], int64_t *seconds)
{
	if (f[MONTH] < 1 || f[MONTH] > 12 || f[DAY] < 1 ||
	    f[DAY] > days_in_month(f[YEAR], f[MONTH]) || f[HOUR] > 23 ||
	    f[MINUTE] > 59 || f[SECOND] > 60)
		return false;
	*seconds = ((days_from_civil(f[YEAR], f[MONTH], f[DAY]) * 24 +
	    f[HOUR]) * 60 + f[MINUTE]) * 60 + f[SECOND];
	return true;
}

/* The number of the month with that name of three letters; 0: there is none. */
static int64_t
month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t i;

	for (i = 0; i < 12; i++) {
		if (memcmp(months + 3 * i, name, 3) == 0)
			return i + 1;
	}
	return 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Reads the beginning of s by a pattern: a field's letter stands for a digit of
 * it (Y o D h m s, 'o' being the month), '_' for the day's first digit, which
 * may be a blank or missing; "NNN" is the name of a month, 'w' one letter or
 * more, and all else is itself.  The text after it, or NULL where s begins
 * otherwise.
 */
static const char *
read_fields(const char *s, const char *pattern, int64_t f[FIELDS])
{
	static const char letters[] = "YoDhms";
	const char *field;

	memset(f, 0, FIELDS * sizeof(*f));
	for (; *pattern != '\0'; pattern++) {
		field = strchr(letters, *pattern == '_' ? 'D' : *pattern);
		if (*pattern == 'N') {
			if (!is_letter(s[0]) || !is_letter(s[1]) ||
			    (f[MONTH] = month_of(s)) == 0)
				return NULL;
			s += 3;
			pattern += 2;
		} else if (*pattern == 'w') {
			if (!is_letter(*s))
				return NULL;
			while (is_letter(*s))
				s++;
		} else if (*pattern == '_' && !(is_digit(s[0]) &&
		    is_digit(s[1]))) {
			s += *s == ' ';
		} else if (field != NULL) {
			if (!is_digit(*s))
				return NULL;
			f[field - letters] = f[field - letters] * 10 +
			    (*s++ - '0');
		} else if (*s++ != *pattern) {
			return NULL;
		}
	}
	return s;
}

/* The whole of s by a pattern. */
static bool
read_all(const char *s, const char *pattern, int64_t f[FIELDS])
{
	const char *end = read_fields(s, pattern, f);

	return end != NULL && *end == '\0';
}

/* The first form is the one in use; the others are obsolete but legal.  The
 * last one has the month in front of the day. */
bool
date_parse(const char *s, int64_t *seconds)
{
	int64_t f[FIELDS];

	if (read_all(s, "w, _D-NNN-YY hh:mm:ss GMT", f))
		f[YEAR] += f[YEAR] < 70 ? 2000 : 1900;
	else if (!read_all(s, "w, _D NNN YYYY hh:mm:ss GMT", f) &&
	    !read_all(s, "w NNN _D hh:mm:ss YYYY", f))
		return false;
	return f[YEAR] >= 1970 && to_seconds(f, seconds);
}

/* "Z", or an offset, in seconds. */
static bool
read_zone(const char *s, int64_t *offset)
{
	int64_t f[FIELDS];

	*offset = 0;
	if (strcmp(s, "Z") == 0)
		return true;
	if ((*s != '+' && *s != '-') || !read_all(s + 1, "hh:mm", f) ||
	    f[HOUR] > 23 || f[MINUTE] > 59)
		return false;
	*offset = (f[HOUR] * 60 + f[MINUTE]) * 60 * (*s == '-' ? -1 : 1);
	return true;
}

bool
date_parse_iso(const char *s, int64_t *seconds)
{
	int64_t f[FIELDS], offset;

	s = read_fields(s, "YYYY-oo-DDThh:mm:ss", f);
	if (s == NULL)
		return false;
	if (*s == '.' && is_digit(s[1])) {
		do
			s++;
		while (is_digit(*s));
	}
	if (!read_zone(s, &offset) || !to_seconds(f, seconds))
		return false;
	*seconds -= offset;
	return true;
}

static bool
read_epoch(const char *s, int64_t *seconds)
{
	int64_t v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (!is_digit(*s) || v > END_OF_9999 / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	*seconds = v;
	return v <= END_OF_9999;
}

bool
date_parse_option(const char *s, int64_t *seconds)
{
	int64_t f[FIELDS];

	if (read_epoch(s + (*s == '@'), seconds))
		return true;
	return (read_all(s, "YYYY-oo-DD", f) ? to_seconds(f, seconds) :
	    date_parse_iso(s, seconds)) && *seconds >= 0 &&
	    *seconds <= END_OF_9999;
}
