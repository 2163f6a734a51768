/* range: Content-Range and validators. */
#include "http/range.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"

enum { CLOCK_GRAIN = 60 };	/* seconds: RFC 9110, 8.8.2.2 */

/* Digits below 2^63; moves *s past them. */
static bool
read_number(const char **s, int64_t *value)
{
	if (**s < '0' || **s > '9')
		return false;
	for (*value = 0; **s >= '0' && **s <= '9'; ++*s) {
		int digit = **s - '0';

		if (*value > (INT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

bool
content_range_parse(const char *s, struct content_range *r)
{
	*r = (struct content_range){ .total = -1 };
	if (s == NULL || strncasecmp(s, "bytes", 5) != 0 || s[5] != ' ')
		return false;
	s += 5 + strspn(s + 5, " ");
	if (!skip(&s, '*')) {
		r->satisfied = true;
		if (!read_number(&s, &r->first) || !skip(&s, '-') ||
		    !read_number(&s, &r->last) || r->last < r->first)
			return false;
	}
	if (!skip(&s, '/'))
		return false;
	if (r->satisfied && skip(&s, '*'))
		return *s == '\0';
	return read_number(&s, &r->total) && *s == '\0' &&
	    (!r->satisfied || r->last < r->total);
}

/* It goes back into a request, which takes no control bytes. */
static bool
is_strong_etag(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return len >= 2 && s[0] == '"' && s[len - 1] == '"';
}

char *
range_validator(const char *etag, const char *modified, const char *date)
{
	int64_t changed, now;

	if (etag != NULL)
		return is_strong_etag(etag) ? strdup(etag) : NULL;
	if (modified == NULL || date == NULL ||
	    !date_parse(modified, &changed) || !date_parse(date, &now) ||
	    changed > now - CLOCK_GRAIN)
		return NULL;
	return strdup(modified);
}

bool
range_same(const char *validator, const char *etag, const char *modified)
{
	if (is_strong_etag(validator))
		return etag != NULL && strcmp(validator, etag) == 0;
	return etag == NULL && modified != NULL &&
	    strcmp(validator, modified) == 0;
}
