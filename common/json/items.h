/*
 * items: the elements of one array in a document, as slices of its text.
 * The text must have been found to be one valid JSON value (json_pick); this
 * only finds its way in it.  Pure.
 */
#ifndef JSON_ITEMS_H
#define JSON_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct items {
	const char *at, *end;	/* private */
};

/*
 * Stands before the first element of the array at path: member names with
 * dots, or "." for the document itself.  Of several members of a name the last
 * counts; a name with escapes never matches.  false when there is no array.
 */
bool items_open(struct items *it, const char *text, size_t len,
    const char *path);

/* The next element; false behind the last. */
bool items_next(struct items *it, const char **text, size_t *len);

/* How many there are; the items stay where they stand. */
uint64_t items_count(const struct items *it);

#endif
