/* date: dates read with sscanf; GMT is the only zone HTTP has. */
#define _GNU_SOURCE		/* timegm */
#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* The first form is the one in use; the others are obsolete but legal. */
bool
date_parse(const char *s, int64_t *unix_time)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "";
	const char *found;
	struct tm t = { 0 };
	int used = 0;

	if (sscanf(s, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
	    &t.tm_mday, month, &t.tm_year, &t.tm_hour, &t.tm_min, &t.tm_sec,
	    &used) == 6 && used > 0)
		;
	else if (sscanf(s, "%*[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n",
	    &t.tm_mday, month, &t.tm_year, &t.tm_hour, &t.tm_min, &t.tm_sec,
	    &used) == 6 && used > 0)
		t.tm_year += t.tm_year < 70 ? 2000 : 1900;
	else if (sscanf(s, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n",
	    month, &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &t.tm_year,
	    &used) == 6 && used > 0)
		;
	else
		return false;
	found = strlen(month) == 3 ? strstr(months, month) : NULL;
	if (found == NULL || (found - months) % 3 != 0 || s[used] != '\0' ||
	    t.tm_year < 1970)
		return false;
	t.tm_mon = (int)(found - months) / 3;
	t.tm_year -= 1900;
	*unix_time = timegm(&t);
	return true;
}

bool
date_parse_iso(const char *s, int64_t *unix_time)
{
	struct tm t = { 0 };
	int used = 0, hours = 0, minutes = 0;
	char sign = '+';

	if (sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d%n", &t.tm_year, &t.tm_mon,
	    &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &used) != 6)
		return false;
	s += used;
	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	if (strcmp(s, "Z") != 0 &&
	    (sscanf(s, "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
	    (sign != '+' && sign != '-')))
		return false;
	t.tm_year -= 1900;
	t.tm_mon--;
	minutes += hours * 60;
	*unix_time = timegm(&t) - (sign == '-' ? -minutes : minutes) * 60;
	return true;
}
