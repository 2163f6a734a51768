/*
 * pager: which request brings the next page.  Pure: it sees URLs, bodies and
 * headers, and decides; pages.h does the talking.
 *
 *	offset	a query parameter numbers the first record of a page; the
 *		connpass API is one of this style
 *	page	a query parameter numbers the page
 *	cursor	the body has a token, which goes into a query parameter
 *	next	the body has the URL of the next page
 *	link	a Link header with rel=next has it (RFC 8288)
 */
#ifndef FETCH_PAGER_H
#define FETCH_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/hash.h"
#include "fetch/visited.h"

enum pager_kind { PAGER_OFFSET, PAGER_PAGE, PAGER_CURSOR, PAGER_NEXT,
	PAGER_LINK };

/* How an API pages.  Strings are lent and outlive the pager; paths are
 * member names with dots, "." is the document; NULL: there is none. */
struct pager_config {
	enum pager_kind kind;
	const char *param;	/* query parameter of offset, page, cursor */
	uint64_t first;		/* number of the first record or page */
	const char *size_param;	/* query parameter: records a page */
	uint64_t size;		/* what is asked for */
	const char *total;	/* path: records in all */
	const char *pages;	/* path: pages in all */
	const char *at;		/* path: record this page begins with */
	const char *returned;	/* path: records on this page */
	const char *items;	/* path: the array of records */
	const char *next;	/* path: the cursor or URL of the next page */
};

struct pager {
	const struct pager_config *config;
	const char *origin;	/* the first URL; lent */
	char *url;		/* of the next request; NULL: no more */
	uint64_t pages;		/* taken */
	uint64_t position;	/* number of the next record or page */
	uint64_t seen;		/* records on the pages taken */
	uint64_t total;		/* as the last page says */
	bool drifted;		/* the total has changed on the way */
	/* private */
	struct visited visited;	/* the URLs of the pages taken */
	uint8_t digest[SHA256_SIZE]; /* of the page taken last, where pages are
				 * numbered */
};

/*
 * Reads "KIND" or "KIND,name=value,…" into config, names being those of the
 * members above with '-' for '_'.  The strings stay in text, which is changed.
 * -1 with 64.
 */
int pager_parse(struct pager_config *config, char *text, struct err *e);

/* Reads a whole decimal number of up to 15 digits; false when it is none. */
bool pager_number(const char *s, uint64_t *value);

/*
 * Starts at url, a string that outlives the pager, on page start_page (from
 * 1; other than 1 only with offset and page).  The URL's own position and
 * size are respected.  -1: 64 when they are not numbers, 70 without memory.
 */
int pager_init(struct pager *p, const struct pager_config *config,
    const char *url, uint64_t start_page, struct err *e);
void pager_free(struct pager *p);

/* The next page's URL, valid until the page is taken; NULL: that was all. */
const char *pager_url(const struct pager *p);

/*
 * Looks at a page and moves on.  base is the URL that it came from in the end;
 * link(ctx, i) gives its i-th Link header or NULL.  -1: 65 when it is not
 * exactly one JSON value, or does not tell what is needed, or leads in a
 * circle, or is the page before once more; 69 when it leads to another origin
 * or to http.
 */
int pager_take(struct pager *p, const void *body, size_t len,
    const char *base, const char *(*link)(const void *ctx, unsigned i),
    const void *ctx, struct err *e);

/* Writes how a user can go on from the last page taken, for a message. */
void pager_hint(const struct pager *p, char *text, size_t size);

#endif
