/*
 * fetch_config: all that a run of cp-fetch is told: by its options, whose words
 * are understood here, and by the environment.
 *
 *	fetch_config_init	the defaults
 *	fetch_config_set	an option's word; others are set in the struct
 *	fetch_config_urls	the operands
 *	fetch_config_complete	the environment, and what contradicts itself
 */
#ifndef FETCH_FETCH_CONFIG_H
#define FETCH_FETCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/hash.h"
#include "fetch/oauth.h"
#include "fetch/pager.h"
#include "fetch/s3_list.h"
#include "fetch/s3_remote.h"
#include "fetch/pages.h"
#include "fetch/request_data.h"
#include "fetch/sign_in.h"
#include "http/headers.h"
#include "http/http_policy.h"

/* ms between two requests, for policy.interval_ms: as the URL wants it */
enum { FETCH_RATE_DEFAULT = -1 };

/* The longest times that options may give, in ms: longer ones are slips of the
 * keyboard, and sums of these never overflow. */
enum { FETCH_HOUR_MS = 60 * 60 * 1000, FETCH_DAY_MS = 24 * FETCH_HOUR_MS };

struct fetch_config {		/* outlives the fetch */
	char *urls;		/* n_urls of them, each with its NUL; owned */
	unsigned n_urls;
	const char *list;	/* of more URLs, a file; or NULL */
	const char *ca_file, *cert_file, *cookie_file;	/* or NULL */
	char *cookies;		/* what is in it; owned */
	struct sign_in sign_in;
	struct oauth_config oauth;
	bool netrc;		/* ~/.netrc is read */
	struct http_config http;	/* what is in these two is owned */
	struct http_policy policy;	/* what all requests have in common:
				 * method, body, redirects, pauses; interval_ms
				 * may be FETCH_RATE_DEFAULT: connpass's rate
				 * for connpass, none for others */
	unsigned retries;	/* of each request */
	struct request_data data;	/* the requests' body */
	struct request_data query;	/* at the end of each http(s) URL */
	char *proxy;		/* for all; owned */
	bool ignored;		/* what curl needs, and is so here anyway */
	struct headers headers;	/* the user's; connpass's key is among them
				 * only while it is needed */
	struct s3_options s3;	/* for operands "s3://..." */
	struct s3_filter filter; /* of what is below prefixes; owns its arrays */
	bool list_objects;	/* instead of getting them */
	struct s3_remote remote; /* read if one is among the operands */
	const char *connpass_base; /* a URL */
	const char *connpass_key;  /* or NULL */
	const char *key_file;	/* in its place, or NULL */
	uint64_t shard, shards;	/* of each `shards` URLs take number `shard` */
	uint64_t deadline_ms;	/* for all of them; 0: none */
	uint64_t max_size;	/* of the output; 0: any */
	bool hashed;		/* sha256 must be the output's */
	uint8_t sha256[SHA256_SIZE];
	size_t memory;		/* bytes of a window; 0: 1 MiB for a body, a
				 * range with jobs, 16 MiB for a page */
	bool quiet, verbose;
	/* bodies */
	unsigned jobs;		/* requests side by side */
	size_t chunk;		/* bytes of a range; see body_queue.h */
	const char *separator;	/* see body_writer.h */
	bool lines;		/* the same */
	bool keep_going;	/* URLs that fail are said and left out */
	bool compressed, require_length;
	/* pages */
	bool paged;		/* by pager; connpass has its own */
	struct pager_config pager;
	uint64_t start_page, max_pages;
	const char *items, *dedupe; /* see pages.h */
	bool end_status[PAGES_STATUSES];
	bool missing_empty, same_origin_links;
};

void fetch_config_init(struct fetch_config *c);

/*
 * Sets what the option of that long name stands for, whose value is more than a
 * text, a number or a flag.  value is a word of argv: the configuration may keep
 * it, and where it can be a secret it is copied and overwritten.  -1 with 64 for
 * a word that is not understood, or as io_slurp and headers.h for what it names.
 */
int fetch_config_set(struct fetch_config *c, const char *name, char *value,
    struct err *e);

/* Takes the operands over, and overwrites in them what may be secret (show.h).
 * -1 with 70. */
int fetch_config_urls(struct fetch_config *c, char *const *operands,
    unsigned n, struct err *e);

/* Call it once, after all options.  Reads the files that they name, each once,
 * so that they may be pipes.  -1 with 64, or 77 for one that cannot be read. */
int fetch_config_complete(struct fetch_config *c, struct err *e);

/* Wipes and frees what it owns. */
void fetch_config_free(struct fetch_config *c);

#endif
