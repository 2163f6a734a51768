/*
 * pages: all pages of a paged API into a sink, each whole or not at all, one
 * JSON document a line.
 *
 * A page is received into the window, repeated as often as the session allows,
 * checked by the pager to be one complete JSON value with the members that
 * paging needs, and only then written.
 *
 * Memory: the window, and what parsing takes for the envelope.
 */
#ifndef NETWORK_PAGES_H
#define NETWORK_PAGES_H

#include <stdint.h>

#include "base/window.h"
#include "network/pager.h"
#include "network/session.h"
#include "network/sink.h"

struct pages {
	/* set by the caller */
	struct session *session;
	struct sink *sink;
	struct window *window;	/* its limit is that of a page; lent */
	struct pager *pager;
	/* private */
	int problem;		/* errno of the window */
	uint64_t discarded;
};

/*
 * 0 when the last page has been written.  -1: e tells how many pages were;
 * 65 a page that is no page or larger than the window; otherwise as in
 * transfer_run.
 */
int pages_run(struct pages *p, struct err *e);

#endif
