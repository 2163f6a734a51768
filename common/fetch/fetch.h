/*
 * fetch: gets URLs (or short names of connpass's API) one after the other into
 * one output; of each the body, or all pages that it begins.
 *
 * Memory: a window of memory bytes, for a page or the beginning of a body, or
 * what range_get.h says.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/meter.h"
#include "base/hash.h"
#include "http/headers.h"
#include "fetch/pager.h"
#include "fetch/dedupe.h"
#include "http/session.h"
#include "fetch/sink.h"

enum { FETCH_RATE_DEFAULT = -1 };

struct fetch_config {		/* outlives the fetch */
	struct http_config http;
	struct session session;	/* what all requests have in common: policy,
				 * method, body, redirects, and interval_ms:
				 * FETCH_RATE_DEFAULT is connpass's rate for
				 * connpass, none for others */
	struct headers headers;	/* the user's; connpass's key is among them
				 * only while it is needed */
	const char *connpass_base; /* a URL */
	const char *connpass_key;  /* or NULL */
	const char *key_file;	/* in its place, or NULL */
	uint64_t shard, shards;	/* of each `shards` URLs take number `shard` */
	uint64_t deadline_ms;	/* for all of them; 0: none */
	uint64_t max_size;	/* of the output; 0: any */
	bool hashed;		/* sha256 must be the output's */
	uint8_t sha256[SHA256_SIZE];
	size_t memory;		/* 0: 1 MiB for a body, 16 MiB for a page */
	bool quiet, verbose;
	/* bodies */
	unsigned jobs;		/* ranges at a time */
	size_t chunk;		/* bytes of each; see range_get.h */
	bool compressed, require_length;
	/* pages */
	bool paged;		/* by pager; connpass has its own */
	struct pager_config pager;
	uint64_t start_page, max_pages;
	const char *items, *dedupe; /* see pages.h */
};

struct fetch {			/* private */
	struct fetch_config *config;
	struct meter *meter;
	struct sha256 hash;
	struct sink sink;
	struct session session;
	struct dedupe *seen;
	uint64_t urls;		/* so far, of all shards */
	uint64_t resumed, resumed_at, dropped;
};

/* -1: 70.  fetch_close is needed after an error, too. */
int fetch_open(struct fetch *f, struct fetch_config *config,
    struct output *out, struct meter *m, struct err *e);

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
