/*
 * cp-fetch: URLs to standard output, each byte once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/lines.h"
#include "base/meter.h"
#include "base/window.h"
#include "network/connpass.h"
#include "network/hash.h"
#include "network/headers.h"
#include "network/pages.h"
#include "network/parallel.h"
#include "network/transfer.h"
#include "network/url.h"

enum {
	BODY_WINDOW = 1 << 20,
	PAGE_WINDOW = 16 << 20,
	CHUNK = 4 << 20,
	DATA_MAX = 16 << 20,
	RETRIES = 8,
	BACKOFF_MS = 500,
	BACKOFF_CAP_MS = 30 * 1000,
	REDIRECTS = 10,
	RATE_DEFAULT = -1,
	HOUR_MS = 60 * 60 * 1000,
	DAY_MS = 24 * HOUR_MS
};

static const char usage[] =
"usage: cp-fetch [-hpqVv] [-H header] [-i file] [-j n] [-m size] [-X method]\n"
"                [--allow-private] [--backoff time] [--cacert file]\n"
"                [--cert file] [--chunk size] [--compressed]\n"
"                [--connect-timeout time] [--data text] [--deadline time]\n"
"                [--dedupe path] [--header-env name=variable] [--http1.1]\n"
"                [--items path] [--key-file file] [--max-pages n]\n"
"                [--max-redirects n] [--max-size size] [--pager kind]\n"
"                [--rate n/unit] [--require-length] [--retries n]\n"
"                [--sha256 hex] [--shard i/n] [--stall-timeout time]\n"
"                [--start-page n] [--stats] [--user-agent text] [url ...]\n";

struct options {
	struct args args;
	struct http_config http;
	struct session session;	/* what all requests have in common */
	struct headers headers;
	char *data;
	const char *key_file;
	const char *list;
	uint64_t shard, shards;
	uint64_t deadline_ms;
	uint64_t max_size;
	const char *sha256;
	/* bodies */
	unsigned jobs;
	size_t chunk;
	bool compressed, require_length;
	/* pages */
	bool paged;
	struct pager_config pager;
	uint64_t start_page, max_pages;
	const char *items, *dedupe;
};

/* What all URLs share while they are fetched. */
struct fetch {
	struct options *options;
	struct output out;
	struct meter meter;
	struct sha256 hash;
	struct sink sink;
	struct session session;
	struct recent *recent;
	uint64_t urls;		/* in the list so far, of all shards */
	uint64_t resumed, resumed_at, dropped;
};

enum { OPT_ALLOW_PRIVATE = ARGS_LONG, OPT_BACKOFF, OPT_CACERT, OPT_CERT,
	OPT_CHUNK, OPT_COMPRESSED, OPT_CONNECT, OPT_DATA, OPT_DEADLINE,
	OPT_DEDUPE, OPT_HEADER_ENV, OPT_HTTP1, OPT_ITEMS, OPT_KEY,
	OPT_MAX_PAGES, OPT_MAX_REDIRECTS, OPT_MAX_SIZE, OPT_PAGER, OPT_RATE,
	OPT_REQUIRE_LENGTH, OPT_RETRIES, OPT_SHA256, OPT_SHARD, OPT_STALL,
	OPT_START_PAGE, OPT_USER_AGENT };

static const struct option longs[] = {
	{ "allow-private", no_argument, NULL, OPT_ALLOW_PRIVATE },
	{ "backoff", required_argument, NULL, OPT_BACKOFF },
	{ "cacert", required_argument, NULL, OPT_CACERT },
	{ "cert", required_argument, NULL, OPT_CERT },
	{ "chunk", required_argument, NULL, OPT_CHUNK },
	{ "compressed", no_argument, NULL, OPT_COMPRESSED },
	{ "connect-timeout", required_argument, NULL, OPT_CONNECT },
	{ "data", required_argument, NULL, OPT_DATA },
	{ "deadline", required_argument, NULL, OPT_DEADLINE },
	{ "dedupe", required_argument, NULL, OPT_DEDUPE },
	{ "header", required_argument, NULL, 'H' },
	{ "header-env", required_argument, NULL, OPT_HEADER_ENV },
	{ "http1.1", no_argument, NULL, OPT_HTTP1 },
	{ "items", required_argument, NULL, OPT_ITEMS },
	{ "key-file", required_argument, NULL, OPT_KEY },
	{ "list", required_argument, NULL, 'i' },
	{ "max-pages", required_argument, NULL, OPT_MAX_PAGES },
	{ "max-redirects", required_argument, NULL, OPT_MAX_REDIRECTS },
	{ "max-size", required_argument, NULL, OPT_MAX_SIZE },
	{ "method", required_argument, NULL, 'X' },
	{ "pager", required_argument, NULL, OPT_PAGER },
	{ "parallel", required_argument, NULL, 'j' },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "require-length", no_argument, NULL, OPT_REQUIRE_LENGTH },
	{ "retries", required_argument, NULL, OPT_RETRIES },
	{ "sha256", required_argument, NULL, OPT_SHA256 },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "stall-timeout", required_argument, NULL, OPT_STALL },
	{ "start-page", required_argument, NULL, OPT_START_PAGE },
	{ "user-agent", required_argument, NULL, OPT_USER_AGENT },
	{ 0 }
};

/* Reading options. */

/* An option's value that the modules below understand, or not. */
static void
must(int r, const struct err *e)
{
	if (r == -1)
		args_fail(e);
}

/* Out of the list of processes; early, but some time after the start. */
static void
hide(char *text)
{
	if (*text != '@')
		memset(text, '*', strlen(text));
}

/* "2/s", "30/m", "1000/h"; "0" is no limit.  Gives ms between two starts. */
static int64_t
read_rate(const char *s)
{
	static const struct { const char *name; int64_t ms; } units[] = {
		{ "/s", 1000 }, { "/m", 60 * 1000 }, { "/h", HOUR_MS } };
	size_t digits = strspn(s, "0123456789");
	int64_t n = digits > 0 && digits < 8 ? strtol(s, NULL, 10) : 0;

	if (strcmp(s, "0") == 0)
		return 0;
	for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units; i++)
		if (strcmp(s + digits, units[i].name) == 0)
			return (units[i].ms + n - 1) / n;
	args_wrong("--rate: '%s' is not a rate such as 1/s, 30/m or 0", s);
}

/* "3/8": number 3 of the 8 numbers 0 to 7. */
static void
read_shard(struct options *o, const char *s)
{
	size_t digits = strcspn(s, "/");
	char index[16];

	if (s[digits] == '\0' || digits >= sizeof index)
		args_wrong("--shard: '%s' is not a share such as 0/4", s);
	snprintf(index, sizeof index, "%.*s", (int)digits, s);
	o->shards = args_number("--shard", s + digits + 1, 1, 1000000);
	o->shard = args_number("--shard", index, 0, o->shards - 1);
}

static void
read_data(struct options *o, char *text)
{
	struct err e;
	size_t len = strlen(text);

	free(o->data);
	o->data = *text == '@' ? io_slurp(text + 1, DATA_MAX, &len, &e) :
	    strdup(text);
	if (o->data == NULL)
		must(*text == '@' ? -1 : err_set(&e, EXIT_INTERNAL,
		    "out of memory"), &e);
	hide(text);
	o->session.body = o->data;
	o->session.body_len = len;
}

static void
read_pager(struct options *o, char *text)
{
	struct err e;

	o->paged = true;
	if (strcmp(text, "connpass") == 0)
		o->pager = connpass_pager;
	else
		must(pager_parse(&o->pager, text, &e), &e);
}

static void
read_sha256(struct options *o, const char *text)
{
	uint8_t digest[SHA256_SIZE];

	if (strlen(text) != 2 * sizeof digest ||
	    hex_read(text, digest, sizeof digest) == -1)
		args_wrong("--sha256: '%s' is not 64 hexadecimal digits", text);
	o->sha256 = text;
}

static long
read_ms(const char *what, uint64_t max)
{
	return (long)args_duration(what, optarg, 1, max);
}

static void
take_header(struct options *o, int option)
{
	struct err e;

	if (option == OPT_HEADER_ENV) {
		must(headers_add_env(&o->headers, optarg, &e), &e);
		return;
	}
	must(headers_add(&o->headers, optarg, &e), &e);
	hide(optarg);
}

/* How requests are made. */
static bool
take_request_option(struct options *o, int option)
{
	struct session *s = &o->session;

	switch (option) {
	case 'H':
	case OPT_HEADER_ENV:
		take_header(o, option);
		return true;
	case 'X':
		s->method = optarg;
		return true;
	case OPT_ALLOW_PRIVATE:
		s->allow_private = true;
		return true;
	case OPT_BACKOFF:
		s->policy.base_ms = read_ms("--backoff", HOUR_MS);
		return true;
	case OPT_CACERT:
		o->http.ca_file = optarg;
		return true;
	case OPT_CERT:
		o->http.cert_file = optarg;
		return true;
	case OPT_CONNECT:
		o->http.connect_ms = read_ms("--connect-timeout", DAY_MS);
		return true;
	case OPT_DATA:
		read_data(o, optarg);
		return true;
	case OPT_HTTP1:
		o->http.http1 = true;
		return true;
	case OPT_KEY:
		o->key_file = optarg;
		return true;
	case OPT_MAX_REDIRECTS:
		s->max_redirects = (unsigned)args_number("--max-redirects",
		    optarg, 0, 100);
		return true;
	case OPT_RATE:
		s->interval_ms = read_rate(optarg);
		return true;
	case OPT_RETRIES:
		s->policy.attempts = 1 + (unsigned)args_number("--retries",
		    optarg, 0, 1000);
		return true;
	case OPT_STALL:
		o->http.stall_ms = read_ms("--stall-timeout", DAY_MS);
		return true;
	case OPT_USER_AGENT:
		o->http.user_agent = optarg;
		return true;
	default:
		return false;
	}
}

/* What is fetched, and what becomes of it. */
static void
take_option(struct options *o, int option)
{
	if (take_request_option(o, option))
		return;
	switch (option) {
	case 'i':
		o->list = optarg;
		break;
	case 'j':
		o->jobs = (unsigned)args_number("-j", optarg, 1, PARALLEL_MAX);
		break;
	case OPT_CHUNK:
		o->chunk = (size_t)args_size("--chunk", optarg, 64 * 1024,
		    1 << 30);
		break;
	case OPT_COMPRESSED:
		o->compressed = true;
		break;
	case OPT_DEADLINE:
		o->deadline_ms = (uint64_t)read_ms("--deadline",
		    (uint64_t)30 * DAY_MS);
		break;
	case OPT_DEDUPE:
		o->dedupe = optarg;
		break;
	case OPT_ITEMS:
		o->items = optarg;
		break;
	case OPT_MAX_PAGES:
		o->max_pages = args_number("--max-pages", optarg, 1, PAGES_MAX);
		break;
	case OPT_MAX_SIZE:
		o->max_size = args_size("--max-size", optarg, 1,
		    (uint64_t)1 << 60);
		break;
	case OPT_PAGER:
		read_pager(o, optarg);
		break;
	case OPT_REQUIRE_LENGTH:
		o->require_length = true;
		break;
	case OPT_SHA256:
		read_sha256(o, optarg);
		break;
	case OPT_SHARD:
		read_shard(o, optarg);
		break;
	case OPT_START_PAGE:
		o->start_page = args_number("--start-page", optarg, 1,
		    PAGES_MAX);
		break;
	}
}

static void
check_options(struct options *o)
{
	struct err e;

	if (o->args.n_operands == 0 && o->list == NULL)
		args_wrong("an operand is missing");
	if (o->jobs > 1 && o->compressed)
		args_wrong("-j and --compressed exclude each other");
	if (o->jobs > 1 && o->session.body != NULL)
		args_wrong("-j and --data exclude each other");
	if (o->dedupe != NULL && o->items == NULL)
		args_wrong("--dedupe needs --items");
	if (o->session.body != NULL && o->session.method == NULL)
		o->session.method = "POST";
	if (o->session.body != NULL && !headers_have(&o->headers,
	    "Content-Type"))
		must(headers_add(&o->headers, "Content-Type: application/json",
		    &e), &e);
}

static bool
is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0';
}

/* What curl(1) takes from the environment beside libcurl. */
static void
read_environment(struct options *o)
{
	if (o->http.ca_file == NULL && is_set("CURL_CA_BUNDLE"))
		o->http.ca_file = getenv("CURL_CA_BUNDLE");
	if (o->http.ca_file == NULL && is_set("SSL_CERT_FILE"))
		o->http.ca_file = getenv("SSL_CERT_FILE");
	o->session.proxied = is_set("http_proxy") || is_set("https_proxy") ||
	    is_set("HTTPS_PROXY") || is_set("all_proxy") ||
	    is_set("ALL_PROXY");
}

static void
parse_args(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){
		.args = { .usage = usage, .shorts = "H:i:j:X:", .longs = longs,
		    .without = "Tfe", .max_operands = (unsigned)argc },
		.session = { .policy = { .attempts = 1 + RETRIES,
		    .base_ms = BACKOFF_MS, .cap_ms = BACKOFF_CAP_MS },
		    .interval_ms = RATE_DEFAULT, .max_redirects = REDIRECTS },
		.shards = 1, .jobs = 1, .chunk = CHUNK, .start_page = 1,
	};
	args_begin(&o->args, argc, argv);
	while ((option = args_next(&o->args)) != -1)
		take_option(o, option);
	check_options(o);
	read_environment(o);
	o->http.verbose = o->args.face.verbose;
	/* HTTP/2 would put all of them into one connection. */
	o->http.http1 |= o->jobs > 1;
	if (o->http.connections < o->jobs)
		o->http.connections = o->jobs;
}

/* Fetching. */

/* A fresh window of the right size. */
static int
open_window(struct window *w, const struct options *o, size_t limit,
    struct err *e)
{
	if (o->args.face.memory != 0)
		limit = (size_t)o->args.face.memory;
	if (window_init(w, limit) == -1)
		return err_sys(e, EXIT_INTERNAL, errno, "cannot open a window");
	return 0;
}

static int
fetch_body(struct fetch *f, const char *url, struct err *e)
{
	const struct options *o = f->options;
	struct window window;
	struct transfer t = { .session = &f->session, .sink = &f->sink,
	    .window = &window, .url = url, .compressed = o->compressed,
	    .require_length = o->require_length };
	char shown[256];
	int r;

	if (open_window(&window, o, BODY_WINDOW, e) == -1)
		return -1;
	r = o->jobs > 1 ? parallel_run(&t, o->jobs, o->chunk, e) :
	    transfer_run(&t, e);
	f->resumed += t.resumed;
	f->resumed_at = t.resumed > 0 ? t.resumed_at : f->resumed_at;
	if (r == 0 && !t.verified && !o->args.face.quiet) {
		url_mask(url, shown, sizeof shown);
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
	const struct options *o = f->options;
	struct window window;
	struct pager pager;
	struct pages p = { .session = &f->session, .sink = &f->sink,
	    .window = &window, .pager = &pager, .max_pages = o->max_pages,
	    .compressed = o->compressed, .items = o->items,
	    .dedupe = o->dedupe, .recent = f->recent };
	int r;

	if (pager_init(&pager, config, url, o->start_page, e) == -1)
		return -1;
	if (open_window(&window, o, PAGE_WINDOW, e) == -1) {
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
	struct options *o = f->options;
	const struct pager_config *pager = o->paged ? &o->pager :
	    connpass ? &connpass_pager : NULL;
	bool keyed = connpass && !headers_have(&o->headers, "X-API-Key");
	int r;

	if (url_check(url, EXIT_USAGE, e) == -1)
		return -1;
	if (keyed) {
		char *key = connpass_header(o->key_file,
		    getenv("CONNPASS_API_KEY"), e);

		if (key == NULL)
			return -1;
		o->headers.text[o->headers.n++] = key;
	}
	f->session.n_headers = o->headers.n;
	if (o->session.interval_ms == RATE_DEFAULT)
		f->session.interval_ms = connpass ? CONNPASS_INTERVAL_MS : 0;
	session_begin(&f->session, url);
	r = pager != NULL ? fetch_pages(f, url, pager, e) :
	    fetch_body(f, url, e);
	session_end(&f->session);
	if (keyed)
		headers_drop(&o->headers);
	return r;
}

static int
fetch_operand(struct fetch *f, const char *operand, struct err *e)
{
	const char *base = is_set("CONNPASS_BASE_URL") ?
	    getenv("CONNPASS_BASE_URL") : CONNPASS_BASE;
	const struct options *o = f->options;
	char *url;
	int r;

	if (f->urls++ % o->shards != o->shard)
		return 0;
	if (!connpass_is(operand))
		return fetch_url(f, operand, connpass_serves(base, operand), e);
	url = connpass_url(base, operand, e);
	if (url == NULL)
		return -1;
	r = fetch_url(f, url, true, e);
	free(url);
	return r;
}

static int
fetch_list(struct fetch *f, const char *path, struct err *e)
{
	struct lines *lines = malloc(sizeof *lines);
	char *line;
	bool end = false;
	int r = 0;

	if (lines == NULL)
		return err_set(e, EXIT_INTERNAL, "out of memory");
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

static int
fetch_all(struct fetch *f, struct err *e)
{
	const struct options *o = f->options;

	for (unsigned i = 0; i < o->args.n_operands; i++)
		if (fetch_operand(f, o->args.operands[i], e) == -1)
			return -1;
	return o->list != NULL ? fetch_list(f, o->list, e) : 0;
}

/* The whole output against --sha256. */
static int
check_hash(struct fetch *f, struct err *e)
{
	const char *wanted = f->options->sha256;
	uint8_t want[SHA256_SIZE], got[SHA256_SIZE];
	char text[SHA256_HEX];

	if (wanted == NULL)
		return 0;
	if (sha256_end(&f->hash, got, e) == -1)
		return -1;
	hex_read(wanted, want, sizeof want);
	if (memcmp(want, got, sizeof want) == 0)
		return 0;
	hex_write(text, got, sizeof got);
	return err_set(e, EXIT_DATA, "the SHA-256 of what came is %s, not %s",
	    text, wanted);
}

static int
open_fetch(struct fetch *f, struct options *o, struct err *e)
{
	*f = (struct fetch){ .options = o, .out = { .fd = -1 },
	    .session = o->session };
	meter_begin(&f->meter, &o->args.face, "pages");
	f->sink = (struct sink){ .out = &f->out, .meter = &f->meter,
	    .limit = o->max_size };
	f->session.headers = (const char *const *)o->headers.text;
	f->session.verbose = o->args.face.verbose;
	f->session.quiet = o->args.face.quiet;
	f->session.meter = &f->meter;
	if (o->deadline_ms != 0)
		f->session.policy.deadline = meter_now() +
		    (int64_t)o->deadline_ms;
	if (o->sha256 != NULL) {
		if (sha256_start(&f->hash, e) == -1)
			return -1;
		f->sink.hash = &f->hash;
	}
	if (o->dedupe != NULL && (f->recent = recent_new(e)) == NULL)
		return -1;
	if (output_open(&f->out, e) == -1)
		return -1;
	f->session.http = http_new(&o->http, e);
	return f->session.http == NULL ? -1 : 0;
}

static void
close_fetch(struct fetch *f, bool ok)
{
	meter_extra(&f->meter, "requests", f->session.requests);
	meter_extra(&f->meter, "retries", f->session.retries);
	meter_extra(&f->meter, "resumed", f->resumed);
	meter_extra(&f->meter, "resumed_at", f->resumed_at);
	meter_extra(&f->meter, "dropped", f->dropped);
	meter_end(&f->meter, ok);
	http_free(f->session.http);
	sink_free(&f->sink);
	sha256_free(&f->hash);
	recent_free(f->recent);
	if (!ok)
		output_fail(&f->out);
}

static void
free_options(struct options *o)
{
	headers_free(&o->headers);
	free(o->data);
	args_free(&o->args);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct fetch f;
	struct err e;
	int r;

	diag_name("cp-fetch");
	parse_args(&o, argc, argv);
	r = open_fetch(&f, &o, &e);
	if (r == 0)
		r = fetch_all(&f, &e);
	if (r == 0)
		r = check_hash(&f, &e);
	if (r == 0)
		r = output_finish(&f.out, &e);
	close_fetch(&f, r == 0);
	free_options(&o);
	return r == 0 ? EXIT_DONE : diag_report(&e);
}
