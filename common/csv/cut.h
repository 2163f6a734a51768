/*
 * cut: where a record seems to end, seen from the bytes around alone.
 *
 * A raw line feed cannot stand within a string, so one with an opening bracket
 * behind it is likely to stand between two documents.  In the array of the
 * records, an element ends where "}", "," and an object with the first names of
 * the last record are met.  Both may be wrong: what is cut there has to be
 * walked on its own, and joined only if it really begins and ends between two
 * records (scan_part.h).
 */
#ifndef CSV_CUT_H
#define CSV_CUT_H

#include <stdbool.h>
#include <stddef.h>

#include "json/scan.h"

enum { CUT_NAMES = 2 };

struct cut_names {
	const char *at[CUT_NAMES]; /* as they were written, with quotes */
	size_t len[CUT_NAMES];
	unsigned n;
};

/* It must not be moved: its names point into it. */
struct cut {
	bool in_array;		/* else between documents */
	char head[SCAN_HEAD];	/* how a record begins */
	struct cut_names names;	/* that are in it */
};

/* Learns from where the scan stands, and from the record it began last. */
void cut_learn(struct cut *c, const struct scan *s);

/* The length of the text up to the last such place; 0: there is none. */
size_t cut_find(const struct cut *c, const char *text, size_t len);

#endif
