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

struct json_array {
	const char *at, *end;	/* private */
};

/*
 * Stands before the first element of the array at path: member names with
 * dots, or "." for the document itself.  Of several members of a name the last
 * counts; a name with escapes never matches.  false when there is no array.
 */
bool json_array_open(struct json_array *it, const char *text, size_t len,
    const char *path);

/* The next element; false after the last. */
bool json_array_next(struct json_array *it, const char **text, size_t *len);

/* The number of elements that are still to come; it stays where it stands. */
uint64_t json_array_count(const struct json_array *it);

#endif
