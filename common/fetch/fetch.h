/*
 * fetch: all that a configuration names into one output, in the order of the
 * command line and the list: of each URL (or short name of connpass's API) the
 * body, or all pages that it begins.
 *
 * Bodies are asked for side by side (body_queue.h).  The pages of a list follow
 * from each other, so they come one after the other, when all before are written.
 *
 * Memory: what body_queue.h says for bodies; a window for a page.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdint.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/lines.h"
#include "base/meter.h"
#include "fetch/body_queue.h"
#include "fetch/body_writer.h"
#include "fetch/dedupe.h"
#include "fetch/fetch_config.h"
#include "fetch/s3_list.h"
#include "http/http_policy.h"

struct fetch {			/* private */
	struct fetch_config *config;
	struct meter *meter;
	struct sha256 hash;
	struct body_writer writer;
	struct oauth *oauth;	/* or NULL */
	struct http_policy policy;
	struct body_queue queue;
	struct dedupe *seen;
	const char *next;	/* operand of the configuration */
	unsigned left;		/* of these */
	struct lines *lines;	/* of the list; NULL: not opened yet */
	uint64_t urls;		/* so far, of all shards */
	struct s3_list *objects; /* of a prefix, all of which are wanted; or
				 * NULL */
	char *held;		/* a URL with pages, which must wait; or NULL */
	bool connpass;		/* ... of this API */
	uint64_t dropped;
};

/* -1: 70.  fetch_close is needed after an error, too. */
int fetch_open(struct fetch *f, struct fetch_config *config,
    struct output *out, struct meter *m, struct err *e);

/*
 * Gets all.  -1 as body_queue_run and pages_run; 64 for what is no URL, or for
 * items of what has no pages; 77 for a missing key; as lines.h for the list; 65
 * when the output's SHA-256 is not the one that was asked for; with keep_going
 * the worst code of the URLs that were left out.
 */
int fetch_run(struct fetch *f, struct err *e);

/* Passes its figures to the meter and frees all; f may be zeroed. */
void fetch_close(struct fetch *f);

#endif
