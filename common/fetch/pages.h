/*
 * pages: all pages of a paged API into a writer, each whole or not at all, one
 * JSON document a line, or one record a line.
 *
 * A page is received into the window, repeated as often as the policy allows,
 * checked by the pager to be one complete JSON value with the members that
 * paging needs, and only then written.
 *
 * Memory: the window, and what parsing takes for the envelope.
 */
#ifndef FETCH_PAGES_H
#define FETCH_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/window.h"
#include "http/decoder.h"
#include "fetch/pager.h"
#include "fetch/dedupe.h"
#include "http/http_policy.h"
#include "fetch/body_writer.h"

/* Pages of one list at most: more than any API lets be read in a day at one a
 * second (86,400), so what has more does not end. */
enum { PAGES_MAX = 1000000 };

/* Statuses that may be the end of a list: 400 to 599. */
enum { PAGES_STATUS = 400, PAGES_STATUSES = 200 };

struct pages {
	/* set by the caller */
	struct http_policy *policy;	/* begun with the pager's URL */
	struct body_writer *writer;
	struct window *window;	/* its limit is that of a page; lent */
	struct pager *pager;
	uint64_t max_pages;	/* more are an error; 0: PAGES_MAX */
	const bool *end_status;	/* statuses from PAGES_STATUS on that end the
				 * list when they come after a page,
				 * PAGES_STATUSES of them; NULL: none does */
	bool missing_empty;	/* a page without items has none; so has an
				 * answer whose body is declared empty */
	bool compressed;	/* gzip is asked for */
	const char *items;	/* path of the records that become lines; NULL:
				 * the page is one */
	const char *dedupe;	/* path in a record: a record whose value there
				 * came before is dropped; NULL: none is.  Only
				 * with items */
	struct dedupe *seen;	/* for dedupe; lent */
	/* filled */
	uint64_t dropped;	/* records */
	/* private */
	struct decoder decoder;
	bool decoding, failed;
	struct err err;
	uint64_t discarded;
};

/*
 * 0 when the last page has been written; an answer with 204 ends the list, too.
 * -1: e says how many pages were written and how to go on.  It is 65 for an
 * answer that is no page, a page larger than the window, or too many pages;
 * otherwise as in http_policy_failure.
 */
int pages_run(struct pages *p, struct err *e);

#endif
