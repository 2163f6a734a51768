/* fetch: what goes with each URL: its pager, its key, its rate. */
#include "fetch/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/window.h"
#include "fetch/connpass.h"
#include "fetch/pages.h"
#include "fetch/range_get.h"
#include "fetch/transfer.h"
#include "http/show.h"
#include "http/url.h"

/* Bytes of a window without -m.  A body flows through its window, which is only
 * what can be taken back; a page must fit it whole, and the largest that APIs
 * give (1,000 records of 10 KiB) has 10 MiB. */
enum { BODY_WINDOW = 1 << 20, PAGE_WINDOW = 16 << 20 };

/* A fresh window of the right size. */
static int
open_window(struct window *w, const struct fetch_config *c, size_t limit,
    struct err *e)
{
	if (c->memory != 0)
		limit = c->memory;
	if (window_init(w, limit) == -1)
		return err_sys(e, EXIT_INTERNAL, errno, "cannot open a window");
	return 0;
}

static int
fetch_body(struct fetch *f, const char *url, struct err *e)
{
	const struct fetch_config *c = f->config;
	struct window window;
	struct transfer t = { .policy = &f->policy, .writer = &f->writer,
	    .window = &window, .url = url, .compressed = c->compressed,
	    .require_length = c->require_length };
	char shown[256];
	int r;

	if (open_window(&window, c, BODY_WINDOW, e) == -1)
		return -1;
	r = c->jobs > 1 ? range_get_run(&t, c->jobs, c->chunk, e) :
	    transfer_run(&t, e);
	f->resumed += t.resumed;
	f->resumed_at = t.resumed > 0 ? t.resumed_at : f->resumed_at;
	if (r == 0 && !t.verified && !c->quiet) {
		show_url(url, shown, sizeof shown);
		diag_say("'%s' came without a length: "
		    "whether it is complete cannot be known", shown);
	}
	window_free(&window);
	return r;
}

static int
fetch_pages(struct fetch *f, const char *url,
    const struct pager_config *config, struct err *e)
{
	const struct fetch_config *c = f->config;
	struct window window;
	struct pager pager;
	struct pages p = { .policy = &f->policy, .writer = &f->writer,
	    .window = &window, .pager = &pager, .max_pages = c->max_pages,
	    .compressed = c->compressed, .items = c->items,
	    .dedupe = c->dedupe, .seen = f->seen };
	int r;

	if (pager_init(&pager, config, url, c->start_page, e) == -1)
		return -1;
	if (open_window(&window, c, PAGE_WINDOW, e) == -1) {
		pager_free(&pager);
		return -1;
	}
	r = pages_run(&p, e);
	f->dropped += p.dropped;
	window_free(&window);
	pager_free(&pager);
	return r;
}

/* All of one URL; for connpass with the key, which stays in these headers only
 * as long. */
static int
fetch_url(struct fetch *f, const char *url, bool connpass, struct err *e)
{
	struct fetch_config *c = f->config;
	const struct pager_config *pager = c->paged ? &c->pager :
	    connpass ? &connpass_pager : NULL;
	bool keyed = connpass && !headers_have(&c->headers, "X-API-Key");
	char shown[256];
	int r;

	if (c->items != NULL && pager == NULL) {
		show_url(url, shown, sizeof shown);
		return err_set(e, EXIT_USAGE, "--items goes with pages, and "
		    "'%s' is none without --pager", shown);
	}
	if (keyed) {
		char *key = connpass_header(c->key_file,
		    c->connpass_key, e);

		if (key == NULL)
			return -1;
		c->headers.text[c->headers.n++] = key;
	}
	f->policy.n_headers = c->headers.n;
	if (c->policy.interval_ms == FETCH_RATE_DEFAULT)
		f->policy.interval_ms = connpass ? CONNPASS_INTERVAL_MS : 0;
	http_policy_begin(&f->policy, url);
	r = pager != NULL ? fetch_pages(f, url, pager, e) :
	    fetch_body(f, url, e);
	http_policy_end(&f->policy);
	if (keyed)
		headers_drop(&c->headers);
	return r;
}

int
fetch_operand(struct fetch *f, const char *operand, struct err *e)
{
	const struct fetch_config *c = f->config;
	const char *base = c->connpass_base;
	int serves = connpass_is(operand), r = -1;
	char *full = NULL, *url;

	if (f->urls++ % c->shards != c->shard)
		return 0;
	if (serves && (full = connpass_url(base, operand, e)) == NULL)
		return -1;
	url = url_ascii(serves ? full : operand, EXIT_USAGE, e);
	if (url != NULL && !serves)
		serves = connpass_serves(base, url, e);
	if (url != NULL && serves != -1)
		r = fetch_url(f, url, serves == 1, e);
	free(url);
	free(full);
	return r;
}

int
fetch_list(struct fetch *f, const char *path, struct err *e)
{
	struct lines *lines = malloc(sizeof *lines);
	char *line;
	bool end = false;
	int r = 0;

	if (lines == NULL)
		return err_memory(e);
	if (lines_open(lines, path, e) == -1) {
		free(lines);
		return -1;
	}
	while (r == 0 && (line = lines_next(lines, &end, e)) != NULL)
		r = fetch_operand(f, line, e);
	lines_close(lines);
	free(lines);
	return end ? 0 : -1;
}

int
fetch_end(struct fetch *f, struct err *e)
{
	return f->config->hashed ? sha256_expect(&f->hash, f->config->sha256,
	    "what came", e) : 0;
}

int
fetch_run(struct fetch *f, struct err *e)
{
	const struct fetch_config *c = f->config;
	const char *url = c->urls;

	for (unsigned i = 0; i < c->n_urls; i++) {
		if (fetch_operand(f, url, e) == -1)
			return -1;
		url += strlen(url) + 1;
	}
	if (c->list != NULL && fetch_list(f, c->list, e) == -1)
		return -1;
	return fetch_end(f, e);
}

int
fetch_open(struct fetch *f, struct fetch_config *c, struct output *out,
    struct meter *m, struct err *e)
{
	*f = (struct fetch){ .config = c, .meter = m, .policy = c->policy,
	    .writer = { .out = out, .meter = m, .limit = c->max_size } };
	f->policy.headers = (const char *const *)c->headers.text;
	f->policy.verbose = c->verbose;
	f->policy.quiet = c->quiet;
	f->policy.meter = m;
	if (c->deadline_ms != 0)
		f->policy.retry.deadline = meter_now() +
		    (int64_t)c->deadline_ms;
	if (c->hashed) {
		if (sha256_start(&f->hash, e) == -1)
			return -1;
		f->writer.hash = &f->hash;
	}
	if (c->dedupe != NULL && (f->seen = dedupe_new(e)) == NULL)
		return -1;
	f->policy.http = http_new(&c->http, e);
	return f->policy.http == NULL ? -1 : 0;
}

void
fetch_close(struct fetch *f)
{
	if (f->meter != NULL) {
		meter_extra(f->meter, "requests", f->policy.requests);
		meter_extra(f->meter, "retries", f->policy.retries);
		meter_extra(f->meter, "resumed", f->resumed);
		meter_extra(f->meter, "resumed_at", f->resumed_at);
		meter_extra(f->meter, "dropped", f->dropped);
	}
	http_free(f->policy.http);
	body_writer_free(&f->writer);
	sha256_free(&f->hash);
	dedupe_free(f->seen);
	*f = (struct fetch){ 0 };
}
