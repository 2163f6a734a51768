/*
 * scan_rows: records that are arrays, and what the names above a record give.
 *
 * The elements of a record that is an array are its members, by the names 0, 1
 * and so on; or by those of the header row, which is the first such record of
 * the input, if the projection has one.
 *
 * Where any member of an object leads on (a "*" in the root's path), its name is
 * a key; each record below it begins with the keys that are wanted.
 *
 * All give 0, or -1 with the error in s->e.
 */
#ifndef JSON_SCAN_ROWS_H
#define JSON_SCAN_ROWS_H

#include <stddef.h>

#include "json/scan.h"

/* parent's member of that name, or its element, leads on: sets s->next, and
 * keeps the name. */
int scan_any(struct scan *s, const struct node *parent, const char *name,
    size_t len);

/* The same for an array's element. */
int scan_any_element(struct scan *s, const struct level *l);

/* Puts the keys into the record that begins at p. */
int scan_keys(struct scan *s, const char *p);

/* Sets s->next to what the coming element of the record l, an array, is selected
 * as; p is where the walk stands. */
int scan_row_element(struct scan *s, const struct level *l, const char *p);

/* Whether an array that comes as a record is the header row. */
bool scan_header_comes(const struct scan *s);

/* The header row has ended before p, and was captured: takes its names. */
int scan_header(struct scan *s, const char *p);

#endif
