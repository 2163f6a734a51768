/* fetch: what goes with each URL: its pager, its key, its rate. */
#include "fetch/fetch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/window.h"
#include "fetch/connpass.h"
#include "fetch/pages.h"
#include "http/url.h"

/* Bytes of a window without -m.  A body flows through its window, which is only
 * what can be taken back; a page must fit it whole, and the largest that APIs
 * give (1,000 records of 10 KiB) has 10 MiB. */
enum { BODY_WINDOW = 1 << 20, PAGE_WINDOW = 16 << 20 };

/* Pages. */

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
	    .dedupe = c->dedupe, .seen = f->seen,
	    .end_status = c->end_status, .missing_empty = c->missing_empty };
	const struct pager_terms terms = { .items = c->items,
		.missing_empty = c->missing_empty,
		.same_origin = c->same_origin_links };
	int r;

	if (pager_init(&pager, config, &terms, url, c->start_page, e) == -1)
		return -1;
	if (window_init(&window, c->memory != 0 ? c->memory : PAGE_WINDOW) ==
	    -1) {
		pager_free(&pager);
		return err_sys(e, EXIT_INTERNAL, errno, "cannot open a window");
	}
	r = body_writer_begin(&f->writer, false, e);
	if (r == 0)
		r = pages_run(&p, e);
	if (r == 0)
		r = body_writer_end(&f->writer, e);
	f->dropped += p.dropped;
	window_free(&window);
	pager_free(&pager);
	return r;
}

/* All pages of the URL that was held; for connpass with the key, which stays in
 * the headers only as long. */
static int
fetch_held(struct fetch *f, struct err *e)
{
	struct fetch_config *c = f->config;
	bool keyed = f->connpass && !headers_have(&c->headers, "X-API-Key");
	int r;

	if (keyed) {
		char *key = connpass_header(c->key_file, c->connpass_key, e);

		if (key == NULL)
			return -1;
		c->headers.text[c->headers.n++] = key;
	}
	f->policy.n_headers = c->headers.n;
	if (c->policy.interval_ms == FETCH_RATE_DEFAULT)
		f->policy.interval_ms = f->connpass ? CONNPASS_INTERVAL_MS : 0;
	http_policy_begin(&f->policy, f->held);
	r = fetch_pages(f, f->held, c->paged ? &c->pager : &connpass_pager, e);
	http_policy_end(&f->policy);
	if (keyed)
		headers_drop(&c->headers);
	f->policy.n_headers = c->headers.n;
	if (c->policy.interval_ms == FETCH_RATE_DEFAULT)
		f->policy.interval_ms = 0;
	return r;
}

/* The source of the queue. */

/* The next operand of the command line or line of the list, lent until the next
 * call; 0: there is none. */
static int
next_operand(struct fetch *f, const char **operand, struct err *e)
{
	bool end = false;

	if (f->left > 0) {
		*operand = f->next;
		f->next += strlen(f->next) + 1;
		f->left--;
		return 1;
	}
	if (f->config->list == NULL)
		return 0;
	if (f->lines == NULL) {
		f->lines = malloc(sizeof *f->lines);
		if (f->lines == NULL)
			return err_memory(e);
		if (lines_open(f->lines, f->config->list, e) == -1) {
			free(f->lines);
			f->lines = NULL;
			return strstr(f->config->list, "://") == NULL ? -1 :
			    err_prefix(e, "-i is a file with a list of URLs "
			    "(curl's -i has no counterpart)");
		}
	}
	*operand = lines_next(f->lines, &end, e);
	return *operand != NULL ? 1 : end ? 0 : -1;
}

/* The URL that the operand means; *connpass: of that API. */
static char *
resolve(const struct fetch *f, const char *operand, bool *connpass,
    struct err *e)
{
	const char *base = f->config->connpass_base;
	int serves = connpass_is(operand);
	char *full = NULL, *url;

	if (serves && (full = connpass_url(base, operand, e)) == NULL)
		return NULL;
	url = url_ascii(serves ? full : operand, EXIT_USAGE, e);
	free(full);
	if (url != NULL && f->config->query.text != NULL) {
		full = url;
		url = request_data_query(&f->config->query, full, e);
		free(full);
	}
	if (url != NULL && !serves)
		serves = connpass_serves(base, url, e);
	if (serves == -1) {
		free(url);
		return NULL;
	}
	*connpass = serves == 1;
	return url;
}

static int
items_of_body(const struct body *b, struct err *e)
{
	char shown[256];

	body_show(b, shown, sizeof shown);
	return err_set(e, EXIT_USAGE, "--items goes with pages, and '%s' is "
	    "none without --pager", shown);
}

/* Objects on S3. */

/* Settings and credentials for S3, which all objects share: what is wrong with
 * them ends the run. */
static int
open_remote(struct fetch *f, struct err *e)
{
	struct fetch_config *c = f->config;

	return s3_remote_read(&c->remote, &c->s3, e) == -1 ? -1 :
	    s3_remote_open(&c->remote, c->http.trust, e);
}

static struct s3_list *
open_list(struct fetch *f, const char *prefix, struct err *e)
{
	return s3_list_open(&f->config->remote, prefix, &f->config->filter,
	    &f->policy, &f->config->http, e);
}

/* "s3://…", or a line that --list-objects wrote: 1 with its body begun. */
static int
take_object(struct fetch *f, const char *operand, struct body *b,
    struct err *e)
{
	struct s3_remote *remote = &f->config->remote;
	struct s3_object *object;
	char *url = NULL;

	object = *operand == '{' ? s3_listed_read(remote, operand, &url, e) :
	    s3_object_open(remote, operand, e);
	if (object == NULL)
		return -1;
	if (url == NULL && (url = strdup(operand)) == NULL) {
		s3_object_free(object);
		return err_memory(e);
	}
	body_begin(b, url, object);
	return 1;
}

/* The next object of the list that is open: 1 with its body begun; 3: ask
 * again. */
static int
take_listed(struct fetch *f, struct body *b, struct err *e)
{
	const struct fetch_config *c = f->config;
	const struct s3_listed *listed;
	struct s3_object *object;
	char *url;
	int r = s3_list_next(f->objects, &listed, e);

	if (r != 1) {
		s3_list_close(f->objects);
		f->objects = NULL;
		return r == 0 ? 3 : -1;
	}
	if (f->urls++ % c->shards != c->shard)
		return 3;
	object = s3_listed_object(&f->config->remote,
	    s3_list_bucket(f->objects), listed, e);
	if (object == NULL)
		return -1;
	url = malloc(strlen(s3_list_bucket(f->objects)) + strlen(listed->key) +
	    sizeof "s3:///");
	if (url == NULL) {
		s3_object_free(object);
		return err_memory(e);
	}
	stpcpy(stpcpy(stpcpy(stpcpy(url, "s3://"),
	    s3_list_bucket(f->objects)), "/"), listed->key);
	body_begin(b, url, object);
	return 1;
}

static int
write_list(struct fetch *f, struct s3_list *list, struct err *e)
{
	const struct fetch_config *c = f->config;
	const struct s3_listed *listed;
	size_t len;
	int r;

	while ((r = s3_list_next(list, &listed, e)) == 1) {
		char *line;

		if (f->urls++ % c->shards != c->shard)
			continue;
		if ((line = s3_listed_line(s3_list_bucket(list), listed,
		    &len, e)) == NULL)
			return -1;
		r = body_writer_write(&f->writer, line, len, e);
		free(line);
		if (r == -1)
			return -1;
		atomic_fetch_add(&f->meter->records, 1);
	}
	return r;
}

/* --list-objects: all operands are prefixes. */
static int
list_objects(struct fetch *f, struct err *e)
{
	const char *operand = NULL;
	int r = 0, got;

	while (r == 0 && (got = next_operand(f, &operand, e)) == 1) {
		struct s3_list *list;

		if (open_remote(f, e) == -1)
			return -1;
		list = open_list(f, operand, e);
		r = list != NULL ? write_list(f, list, e) : -1;
		s3_list_close(list);
		if (r == -1 && e->code != EXIT_PIPE && e->code != EXIT_IO)
			r = body_queue_excuse(&f->queue, e);
	}
	return r == -1 ? -1 : got;
}

/* Operands. */

/* An operand of HTTP: 1 with its body begun; 3 if it has pages, and is held. */
static int
take_url(struct fetch *f, const char *operand, struct body *b, struct err *e)
{
	const struct fetch_config *c = f->config;
	char *url = resolve(f, operand, &f->connpass, e);

	if (url == NULL)
		return -1;
	if (c->paged || f->connpass) {
		f->held = url;
		return 3;
	}
	body_begin(b, url, NULL);
	return 1;
}

/* 1: b is the next body; 0: there is no more; 2: pages wait for idle; 3: ask
 * again. */
static int
take_operand(struct fetch *f, bool idle, struct body *b, struct err *e)
{
	const struct fetch_config *c = f->config;
	const char *operand = NULL;
	bool s3;
	int r;

	if (f->objects != NULL) {
		r = take_listed(f, b, e);
		return r == -1 && body_queue_excuse(&f->queue, e) == 0 ? 3 : r;
	}
	if (f->held == NULL) {
		if ((r = next_operand(f, &operand, e)) != 1 || operand == NULL)
			return r;
		s3 = s3_remote_is(operand) || *operand == '{';
		if (s3 && open_remote(f, e) == -1)
			return -1;
		if (s3_remote_is_prefix(operand)) {
			f->objects = open_list(f, operand, e);
			return f->objects != NULL ||
			    body_queue_excuse(&f->queue, e) == 0 ? 3 : -1;
		}
		if (f->urls++ % c->shards != c->shard)
			return 3;
		r = s3 ? take_object(f, operand, b, e) :
		    take_url(f, operand, b, e);
		if (r == 1 && c->items != NULL) {
			items_of_body(b, e);
			body_free(b);
			return -1;
		}
		return r == -1 && body_queue_excuse(&f->queue, e) == 0 ? 3 : r;
	}
	if (!idle)
		return 2;
	r = fetch_held(f, e);
	free(f->held);
	f->held = NULL;
	return r == 0 || body_queue_excuse(&f->queue, e) == 0 ? 3 : -1;
}

static int
source_next(void *ctx, bool idle, struct body *b, struct err *e)
{
	int r;

	while ((r = take_operand(ctx, idle, b, e)) == 3)
		;
	return r;
}

static int
source_wait(void *ctx)
{
	const struct fetch *f = ctx;

	return f->objects != NULL || f->held != NULL || f->left > 0 ||
	    f->lines == NULL ? -1 : lines_wait(f->lines);
}

/* The run. */

int
fetch_run(struct fetch *f, struct err *e)
{
	const struct fetch_config *c = f->config;
	const struct body_queue *q = &f->queue;

	if ((c->list_objects ? list_objects(f, e) :
	    body_queue_run(&f->queue, e)) == -1)
		return -1;
	if (q->failed > 0)
		return err_set(e, q->worst, "%" PRIu64 " of %" PRIu64 " URLs "
		    "could not be got", q->failed, f->urls);
	return c->hashed ? sha256_expect(&f->hash, c->sha256, "what came", e) :
	    0;
}

static void
open_queue(struct fetch *f)
{
	const struct fetch_config *c = f->config;
	size_t window = c->memory != 0 ? c->memory :
	    c->jobs > 1 ? c->chunk : BODY_WINDOW;

	f->queue = (struct body_queue){
		.config = { .lanes = c->jobs, .window = window,
		    .chunk = c->chunk < window ? c->chunk : window,
		    .compressed = c->compressed,
		    .require_length = c->require_length,
		    .keep_going = c->keep_going, .quiet = c->quiet,
		    .verbose = c->verbose },
		.source = { source_next, source_wait, f },
		.policy = &f->policy, .writer = &f->writer
	};
}

static int
open_oauth(struct fetch *f, struct err *e)
{
	const struct fetch_config *c = f->config;

	f->oauth = oauth_open(&c->oauth, &c->http, f->policy.retry.deadline, e);
	f->policy.authorize = oauth_header;
	f->policy.renew = oauth_renew;
	f->policy.authorize_ctx = f->oauth;
	return f->oauth == NULL ? -1 : 0;
}

int
fetch_open(struct fetch *f, struct fetch_config *c, struct output *out,
    struct meter *m, struct err *e)
{
	*f = (struct fetch){ .config = c, .meter = m, .policy = c->policy,
	    .writer = { .out = out, .meter = m, .limit = c->max_size,
	    .separator = c->separator, .lines = c->lines,
	    .alone = c->n_urls == 1 && c->list == NULL },
	    .next = c->urls, .left = c->n_urls };
	open_queue(f);
	f->policy.headers = (const char *const *)c->headers.text;
	f->policy.n_headers = c->headers.n;
	f->policy.verbose = c->verbose;
	f->policy.quiet = c->quiet;
	f->policy.meter = m;
	if (c->policy.interval_ms == FETCH_RATE_DEFAULT)
		f->policy.interval_ms = 0;
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
	if (c->http.insecure && !c->quiet)
		diag_say("-k: whether servers are who they say is not checked");
	f->policy.http = http_new(&c->http, e);
	if (f->policy.http == NULL)
		return -1;
	if (c->cookies != NULL &&
	    http_cookies_load(f->policy.http, c->cookies, e) == -1)
		return err_prefix(e, "'%s'", c->cookie_file);
	return c->oauth.token_url == NULL ? 0 : open_oauth(f, e);
}

void
fetch_close(struct fetch *f)
{
	if (f->meter != NULL) {
		meter_extra(f->meter, "requests", f->policy.requests);
		meter_extra(f->meter, "retries", f->policy.retries);
		meter_extra(f->meter, "resumed", f->queue.resumed);
		meter_extra(f->meter, "resumed_at", f->queue.resumed_at);
		meter_extra(f->meter, "failed", f->queue.failed);
		meter_extra(f->meter, "dropped", f->dropped);
	}
	if (f->lines != NULL)
		lines_close(f->lines);
	free(f->lines);
	s3_list_close(f->objects);
	free(f->held);
	http_free(f->policy.http);
	oauth_close(f->oauth);
	body_writer_free(&f->writer);
	sha256_free(&f->hash);
	dedupe_free(f->seen);
	*f = (struct fetch){ 0 };
}
