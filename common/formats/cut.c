/* cut: from the end of a text back to the last record's end. */
#define _GNU_SOURCE	/* memrchr */
#include <string.h>

#include "formats/cut.h"
#include "formats/scan_part.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The length of a record's beginning up to the colon behind the first name,
 * or as far as it is known; 0 if that tells too little. */
static size_t
head_length(const char *head)
{
	size_t n = 1;

	if (head[0] != '{')
		return 0;
	while (n < SCAN_HEAD && is_space(head[n]))
		n++;
	if (n == SCAN_HEAD || head[n] != '"')
		return 0;
	do {
		n++;
	} while (n < SCAN_HEAD && head[n] != '"' && head[n] != '\\' &&
	    head[n] != '\0');
	while (n < SCAN_HEAD && head[n] != ':' && head[n] != '\\' &&
	    head[n] != '\0')
		n++;
	return n;
}

void
cut_learn(struct cut *c, const struct scan *s)
{
	c->in_array = scan_in_array(s);
	memcpy(c->head, s->head, sizeof(c->head));
	c->len = head_length(c->head);
}

/* Behind the last line feed with the beginning of a document behind it. */
static size_t
find_line(const char *text, size_t len)
{
	size_t end = len;
	const char *lf;

	while ((lf = memrchr(text, '\n', end)) != NULL) {
		end = (size_t)(lf - text);
		if (end + 1 == len || lf[1] == '{' || lf[1] == '[')
			return end + 1;
	}
	return 0;
}

/* If the bracket at p stands behind another element: that one's end. */
static const char *
element_before(const char *text, const char *p)
{
	do {
		if (p == text)
			return NULL;
		p--;
	} while (is_space(*p));
	if (*p != ',')
		return NULL;
	do {
		if (p == text)
			return NULL;
		p--;
	} while (is_space(*p));
	return *p == '}' ? p + 1 : NULL;
}

static size_t
find_element(const struct cut *c, const char *text, size_t len)
{
	const char *p, *end;

	if (c->len == 0 || len < c->len)
		return 0;
	len -= c->len - 1;
	while ((p = memrchr(text, '{', len)) != NULL) {
		if (memcmp(p, c->head, c->len) == 0 &&
		    (end = element_before(text, p)) != NULL)
			return (size_t)(end - text);
		len = (size_t)(p - text);
	}
	return 0;
}

size_t
cut_find(const struct cut *c, const char *text, size_t len)
{
	return c->in_array ? find_element(c, text, len) : find_line(text, len);
}
