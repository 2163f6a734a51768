/*
 * visited: the URLs that have been asked for, to notice that a list of pages
 * leads in a circle.
 *
 * Memory: 16 to 32 bytes a URL.  Kept is a hash of 64 bits: among a million
 * pages, the most that there may be (pages.h), two different ones are mixed up,
 * and a circle is reported that is none, with a probability of 3 in 10^8.
 */
#ifndef FETCH_VISITED_H
#define FETCH_VISITED_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct visited {		/* zeroed before the first use */
	uint64_t *table;	/* open addressing; 0: a free place */
	size_t room, held;
};

/* Notes url.  -1 with 65 when it was noted before, 70 without memory. */
int visited_add(struct visited *v, const char *url, struct err *e);
void visited_free(struct visited *v);

#endif
