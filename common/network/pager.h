/*
 * pager: which request brings the next page.  Pure: it sees the URL and the
 * answers' bodies, and decides; pages.h does the talking.
 *
 * The offset style: a number in the query says with which record a page
 * begins, and the body says how many records there are.
 */
#ifndef NETWORK_PAGER_H
#define NETWORK_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* How an API pages.  Strings are lent and outlive the pager; paths are
 * member names with dots. */
struct pager_config {
	const char *start_name;	/* query parameter: number of a record */
	uint64_t first;		/* of the very first record: 0 or 1 */
	const char *size_name;	/* query parameter: records a page, or NULL */
	uint64_t size;		/* what is asked for */
	const char *total_path;	/* in the body: records in all */
	const char *at_path;	/* record this page begins with */
	const char *returned_path; /* records on this page */
};

struct pager {
	const struct pager_config *config;
	char *url;		/* of the next request; NULL: no more */
	uint64_t pages;		/* taken */
	uint64_t total;		/* records, as the last page says */
};

/*
 * Starts at url.  Its own start and size parameters are respected.  -1: 64
 * when they are not numbers, 70 without memory.
 */
int pager_init(struct pager *p, const struct pager_config *config,
    const char *url, struct err *e);
void pager_free(struct pager *p);

/* The next page's URL, valid until the page is taken; NULL: that was all. */
const char *pager_url(const struct pager *p);

/*
 * Looks at a page and moves on.  -1 with 65 when it is not exactly one JSON
 * value, or its members do not tell what is needed, or would have the pager
 * go backwards.
 */
int pager_take(struct pager *p, const void *body, size_t len, struct err *e);

#endif
