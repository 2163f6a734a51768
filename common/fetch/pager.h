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

/*
 * How an API pages.  Strings are lent and outlive the pager; a path (json/path.h,
 * without indices; "." is the document) names a member of the page; NULL: there
 * is none.  total, pages, next, more and done may be "header:NAME" in its place:
 * a header of the answer, of Content-Range what is after the slash.
 */
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
	const char *last;	/* path in the last record: the cursor */
	const char *more;	/* path: is there another page? */
	const char *done;	/* path: is this the last page? */
	/* next, more or done need not occur ("?" after the path) */
	bool next_optional, more_optional, done_optional;
};

/* What a caller decides for all ways of paging.  Zeroed: nothing. */
struct pager_terms {
	const char *items;	/* where the records are, if config does not
				 * say it; NULL: unknown */
	bool missing_empty;	/* a page without them has none, so that it is
				 * an empty one */
	bool same_origin;	/* a URL is taken without its scheme, host and
				 * port: those of the first URL stay */
};

enum pager_end {
	PAGER_GOES_ON,
	PAGER_ENDED,		/* as this API tells it */
	PAGER_STAYS,		/* the last page leads to itself */
	PAGER_UNLED,		/* no answer had a Link header */
	PAGER_SHORT		/* there are fewer records than its total */
};

/* The i-th header of that name of an answer, or NULL. */
typedef const char *pager_header(const void *ctx, const char *name,
    unsigned i);

struct pager {
	const struct pager_config *config;
	const char *origin;	/* the first URL; lent */
	char *url;		/* of the next request; NULL: no more */
	uint64_t pages;		/* taken */
	uint64_t position;	/* number of the next record or page */
	uint64_t seen;		/* records on the pages taken */
	uint64_t total;		/* as the last page says */
	bool drifted;		/* the total has changed on the way */
	enum pager_end end;	/* why there is no next page; PAGER_GOES_ON */
	/* private */
	struct pager_config own;	/* config, completed by the terms */
	struct pager_terms terms;
	bool led;		/* a page had the member or header that leads
				 * on */
	bool whole;		/* the list began with its first page */
	struct visited visited;	/* the URLs of the pages taken */
	uint8_t digest[SHA256_SIZE];	/* of the page taken last */
};

/*
 * Reads "KIND" or "KIND,name=value,…" into config, names being those of the
 * members above with '-' for '_'.  A comma within the quotes of a path is one of
 * its characters.  The strings stay in text, which is changed.  -1 with 64.
 */
int pager_parse(struct pager_config *config, char *text, struct err *e);

/* Is there all that the kind lives by?  items: those of the terms.  -1 with 64. */
int pager_check(const struct pager_config *config, const char *items,
    struct err *e);

/*
 * Starts at url, a string that outlives the pager, on page start_page (from
 * 1; other than 1 only with offset and page).  The URL's own position and
 * size are respected.  -1: 64 when they are not numbers, 70 without memory.
 * The pager must not be moved afterwards.
 */
int pager_init(struct pager *p, const struct pager_config *config,
    const struct pager_terms *terms, const char *url, uint64_t start_page,
    struct err *e);
void pager_free(struct pager *p);

/* The next page's URL, valid until the page is taken; NULL: that was all. */
const char *pager_url(const struct pager *p);

/*
 * Looks at a page and moves on.  base is the URL that it came from in the end;
 * header(ctx, name, i) gives its headers.  -1: 65 when it is not exactly one
 * JSON value, or does not tell what is needed, or leads in a circle, or is the
 * page before once more, or when the list ends without any page having had the
 * member that leads on; 69 when it leads to another origin or to http.
 */
int pager_take(struct pager *p, const void *body, size_t len,
    const char *base, pager_header *header, const void *ctx, struct err *e);

/* The answer was no page: the list ended with the one before. */
void pager_stop(struct pager *p);

/* Writes how a user can go on from the last page taken, for a message. */
void pager_hint(const struct pager *p, char *text, size_t size);

#endif
