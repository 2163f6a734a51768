/*
 * boundary: where a record seems to end, seen from the bytes around alone.
 *
 * A raw line feed cannot stand within a string, so one with an opening bracket
 * after it is likely to stand between two documents.  In the array of the
 * records, an element ends where "}", "," and an object with the first names of
 * the last record are met.  Both may be wrong: what is cut there has to be
 * walked on its own, and joined only if it really begins and ends between two
 * records (scan_part.h).
 */
#ifndef CSV_BOUNDARY_H
#define CSV_BOUNDARY_H

#include <stdbool.h>
#include <stddef.h>

#include "json/scan.h"

/* The first names of a record that are compared.  With one, objects within a
 * record would often look like the next record; more are seldom in SCAN_HEAD. */
enum { BOUNDARY_NAMES = 2 };

struct boundary_names {
	const char *at[BOUNDARY_NAMES]; /* as they were written, with quotes */
	size_t len[BOUNDARY_NAMES];
	unsigned n;
};

/* It must not be moved: its names point into it. */
struct boundary {
	bool in_array;		/* else between documents */
	char head[SCAN_HEAD];	/* how a record begins */
	struct boundary_names names;	/* that are in it */
};

/* Learns from where the scan stands, and from the record it began last. */
void boundary_learn(struct boundary *c, const struct scan *s);

/* The length of the text up to the last such place; 0: there is none. */
size_t boundary_find(const struct boundary *c, const char *text, size_t len);

#endif
