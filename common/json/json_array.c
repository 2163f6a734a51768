/* json_array: a walk over JSON that is known to be valid. */
#include "json/json_array.h"

#include <string.h>

#include "json/path.h"

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0')
		p++;
	return p;
}

/* p stands on the opening quote, the result just after the closing one. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* p stands on the first byte of a value, the result just after its last. */
static const char *
skip_value(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			p++;
		} else if (depth > 0) {
			p++;
			continue;
		} else {
			while (p < end && strchr(",]} \t\r\n", *p) == NULL)
				p++;
		}
		if (depth == 0)
			break;
	}
	return p;
}

/* The value of the last member with the path's i-th name of the object that p
 * stands on, or NULL. */
static const char *
member(const char *p, const char *end, const char *path, size_t i)
{
	const char *found = NULL;

	if (p >= end || *p != '{')
		return NULL;
	p = skip_space(p + 1, end);
	while (p < end && *p == '"') {
		const char *key = p + 1, *value;

		p = skip_string(p, end);
		value = skip_space(p, end);		/* on the colon */
		value = skip_space(value + 1, end);
		if (path_name_is(path, i, key, (size_t)(p - 1 - key)))
			found = value;
		p = skip_space(skip_value(value, end), end);
		if (p < end && *p == ',')
			p = skip_space(p + 1, end);
	}
	return found;
}

enum json_type
json_array_open(struct json_array *it, const char *text, size_t len,
    const char *path)
{
	const char *end = text + len;
	size_t names = strcmp(path, ".") == 0 ? 0 : path_count(path);

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	text = skip_space(text, end);
	for (size_t i = 0; i < names && text != NULL; i++)
		text = member(text, end, path, i);
	*it = (struct json_array){ end, end };
	if (text == NULL || text >= end)
		return JSON_ABSENT;
	if (*text != '[')
		return *text == 'n' ? JSON_NULL : JSON_OBJECT;
	it->at = text + 1;
	return JSON_ARRAY;
}

bool
json_array_next(struct json_array *it, const char **text, size_t *len)
{
	const char *p = skip_space(it->at, it->end);

	if (p < it->end && *p == ',')
		p = skip_space(p + 1, it->end);
	if (p >= it->end || *p == ']')
		return false;
	it->at = skip_value(p, it->end);
	*text = p;
	*len = (size_t)(it->at - p);
	return true;
}

uint64_t
json_array_count(const struct json_array *it)
{
	struct json_array copy = *it;
	const char *text;
	size_t len;
	uint64_t n = 0;

	while (json_array_next(&copy, &text, &len))
		n++;
	return n;
}
