/*
 * json_array: the elements of one array in a document, as slices of its text.
 * The text must have been found to be one valid JSON value (json_pick); this
 * only finds its way in it.  Pure.
 */
#ifndef JSON_JSON_ARRAY_H
#define JSON_JSON_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/json.h"

struct json_array {
	const char *at, *end;	/* private */
};

/*
 * Stands before the first element of the array at path (path.h, without
 * indices; "." is the document itself).  Of several members of a name the last
 * counts; a name with escapes never matches.  Gives what is there: JSON_ARRAY,
 * or JSON_NULL or JSON_ABSENT, which have no elements; else JSON_OBJECT, for
 * any other value, which must not be walked.
 */
enum json_type json_array_open(struct json_array *it, const char *text, size_t len,
    const char *path);

/* The next element; false after the last. */
bool json_array_next(struct json_array *it, const char **text, size_t *len);

/* The number of elements that are still to come; it stays where it stands. */
uint64_t json_array_count(const struct json_array *it);

#endif
