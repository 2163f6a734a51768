/*
 * scan_part: a part of a stream walked on its own, by a scan that begins
 * between two records, where the part is assumed to; and joined to the scan of
 * all that comes before, if it was right.
 *
 * Between two records is either between two documents, or after an element of
 * the array that is the root.  Both scans have the same policy, but that the
 * part's drops late columns, and equal selections (projection_copy), frozen.
 */
#ifndef JSON_SCAN_PART_H
#define JSON_SCAN_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/scan.h"

struct scan_part {
	bool in_array;		/* where it begins */
	size_t len;
	bool comma_first;	/* and what comes there is a comma */
	uint64_t records, nulls, documents, lines, n_late;
	bool comma;		/* one comes after its last document */
	bool root_seen;
	bool *seen;		/* for each leaf: it occurred.  Its owner's */
	bool unwound_seen[UNWIND_MAX];
};

/* Is the scan anywhere in an array that is the root? */
bool scan_in_array(const struct scan *s);

/* Does it stand between two records, in the array or else between documents? */
bool scan_stands_at(const struct scan *s, bool in_array);

/* Puts a scan where the part begins; what it was at is dropped. */
void scan_part_begin(struct scan *s, struct scan_part *p);

/* The scan has walked all len bytes of the part.  True if it ended as it
 * began, and never left the array. */
bool scan_part_end(const struct scan *s, struct scan_part *p, size_t len);

/* True if the scan stands where the part begins, and then it takes over what
 * that one found, as if it had walked it itself.  False also if the first
 * value of a late column is in the part, because of its record's number. */
bool scan_join(struct scan *s, const struct scan_part *p);

#endif
