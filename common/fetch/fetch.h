/*
 * fetch: gets URLs (or short names of connpass's API) one after the other into
 * one output; of each the body, or all pages that it begins.
 *
 * Memory: a window of memory bytes, for a page or the beginning of a body, or
 * what range_get.h says.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdint.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/meter.h"
#include "fetch/body_writer.h"
#include "fetch/dedupe.h"
#include "fetch/fetch_config.h"
#include "http/http_policy.h"

struct fetch {			/* private */
	struct fetch_config *config;
	struct meter *meter;
	struct sha256 hash;
	struct body_writer writer;
	struct http_policy policy;
	struct dedupe *seen;
	uint64_t urls;		/* so far, of all shards */
	uint64_t resumed, resumed_at, dropped;
};

/* -1: 70.  fetch_close is needed after an error, too. */
int fetch_open(struct fetch *f, struct fetch_config *config,
    struct output *out, struct meter *m, struct err *e);

/* All that the configuration names, and then fetch_end; -1 as those below. */
int fetch_run(struct fetch *f, struct err *e);

/* One URL or "connpass:…", if it belongs to the shard; or each line of a file
 * ("-": standard input).  -1 as transfer_run and pages_run, 64 for what is no
 * URL, or for items of what has no pages, 77 for a missing key, as lines.h
 * for the file. */
int fetch_operand(struct fetch *f, const char *operand, struct err *e);
int fetch_list(struct fetch *f, const char *path, struct err *e);

/* Call it when all has been fetched: 0, or -1 with 65 when the output's SHA-256
 * is not the one that was asked for. */
int fetch_end(struct fetch *f, struct err *e);

/* Passes its figures to the meter and frees all; f may be zeroed. */
void fetch_close(struct fetch *f);

#endif
