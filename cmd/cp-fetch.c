/*
 * cp-fetch: URLs to standard output, each byte once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/environment.h"
#include "base/io.h"
#include "base/meter.h"
#include "fetch/connpass.h"
#include "fetch/fetch.h"
#include "base/hash.h"
#include "fetch/pages.h"
#include "fetch/parallel.h"

enum {
	CHUNK = 4 << 20,
	DATA_MAX = 16 << 20,
	RETRIES = 8,
	BACKOFF_MS = 500,
	BACKOFF_CAP_MS = 30 * 1000,
	REDIRECTS = 10,
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
	struct fetch_config fetch;
	char *data;		/* the request's body, owned */
	const char *list;	/* of URLs, a file, or NULL */
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
	o->fetch.shards = args_number("--shard", s + digits + 1, 1, 1000000);
	o->fetch.shard = args_number("--shard", index, 0, o->fetch.shards - 1);
}

static void
read_data(struct options *o, char *text)
{
	struct err e = ERR_NONE;
	size_t len = strlen(text);

	free(o->data);
	o->data = *text == '@' ? io_slurp(text + 1, DATA_MAX, &len, &e) :
	    strdup(text);
	if (o->data == NULL)
		must(*text == '@' ? -1 : err_memory(&e), &e);
	hide(text);
	o->fetch.session.body = o->data;
	o->fetch.session.body_len = len;
}

static void
read_pager(struct options *o, char *text)
{
	struct err e = ERR_NONE;

	o->fetch.paged = true;
	if (strcmp(text, "connpass") == 0)
		o->fetch.pager = connpass_pager;
	else
		must(pager_parse(&o->fetch.pager, text, &e), &e);
}

static void
read_sha256(struct options *o, const char *text)
{
	if (hex_read(text, o->fetch.sha256, SHA256_SIZE) == -1)
		args_wrong("--sha256: '%s' is not 64 hexadecimal digits", text);
	o->fetch.hashed = true;
}

static long
read_ms(const char *what, uint64_t max)
{
	return (long)args_duration(what, optarg, 1, max);
}

static void
take_header(struct options *o, int option)
{
	struct err e = ERR_NONE;

	if (option == OPT_HEADER_ENV) {
		must(headers_add_env(&o->fetch.headers, optarg, &e), &e);
		return;
	}
	must(headers_add(&o->fetch.headers, optarg, &e), &e);
	hide(optarg);
}

/* A token (RFC 9110, 9.1), which has an answer with a body. */
static const char *
read_method(const char *text)
{
	size_t token = strspn(text, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (token == 0 || text[token] != '\0')
		args_wrong("-X: '%s' is no method", text);
	if (strcmp(text, "HEAD") == 0 || strcmp(text, "CONNECT") == 0)
		args_wrong("-X: %s brings no body", text);
	return text;
}

static const char *
read_user_agent(const char *text)
{
	if (strpbrk(text, "\r\n") != NULL)
		args_wrong("--user-agent: there is a line break in it");
	return text;
}

/* How requests are made. */
static bool
take_request_option(struct options *o, int option)
{
	struct session *s = &o->fetch.session;

	switch (option) {
	case 'H':
	case OPT_HEADER_ENV:
		take_header(o, option);
		return true;
	case 'X':
		s->method = read_method(optarg);
		return true;
	case OPT_ALLOW_PRIVATE:
		s->allow_private = true;
		return true;
	case OPT_BACKOFF:
		s->policy.base_ms = read_ms("--backoff", HOUR_MS);
		return true;
	case OPT_CACERT:
		o->fetch.http.ca_file = optarg;
		return true;
	case OPT_CERT:
		o->fetch.http.cert_file = optarg;
		return true;
	case OPT_CONNECT:
		o->fetch.http.connect_ms = read_ms("--connect-timeout", DAY_MS);
		return true;
	case OPT_DATA:
		read_data(o, optarg);
		return true;
	case OPT_HTTP1:
		o->fetch.http.http1 = true;
		return true;
	case OPT_KEY:
		o->fetch.key_file = optarg;
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
		o->fetch.http.stall_ms = read_ms("--stall-timeout", DAY_MS);
		return true;
	case OPT_USER_AGENT:
		o->fetch.http.user_agent = read_user_agent(optarg);
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
		o->fetch.jobs = (unsigned)args_number("-j", optarg, 1, PARALLEL_MAX);
		break;
	case OPT_CHUNK:
		o->fetch.chunk = (size_t)args_size("--chunk", optarg, 64 * 1024,
		    1 << 30);
		break;
	case OPT_COMPRESSED:
		o->fetch.compressed = true;
		break;
	case OPT_DEADLINE:
		o->fetch.deadline_ms = (uint64_t)read_ms("--deadline",
		    (uint64_t)30 * DAY_MS);
		break;
	case OPT_DEDUPE:
		o->fetch.dedupe = optarg;
		break;
	case OPT_ITEMS:
		o->fetch.items = optarg;
		break;
	case OPT_MAX_PAGES:
		o->fetch.max_pages = args_number("--max-pages", optarg, 1, PAGES_MAX);
		break;
	case OPT_MAX_SIZE:
		o->fetch.max_size = args_size("--max-size", optarg, 1,
		    (uint64_t)1 << 60);
		break;
	case OPT_PAGER:
		read_pager(o, optarg);
		break;
	case OPT_REQUIRE_LENGTH:
		o->fetch.require_length = true;
		break;
	case OPT_SHA256:
		read_sha256(o, optarg);
		break;
	case OPT_SHARD:
		read_shard(o, optarg);
		break;
	case OPT_START_PAGE:
		o->fetch.start_page = args_number("--start-page", optarg, 1,
		    PAGES_MAX);
		break;
	}
}

static void
check_options(struct options *o)
{
	struct fetch_config *c = &o->fetch;
	struct err e = ERR_NONE;

	if (o->args.n_operands == 0 && o->list == NULL)
		args_wrong("an operand is missing");
	if (c->jobs > 1 && c->compressed)
		args_wrong("-j and --compressed exclude each other");
	if (c->jobs > 1 && c->session.body != NULL)
		args_wrong("-j and --data exclude each other");
	if (c->dedupe != NULL && c->items == NULL)
		args_wrong("--dedupe needs --items");
	if (c->session.body != NULL && c->session.method == NULL)
		c->session.method = "POST";
	if (c->session.body != NULL &&
	    !headers_have(&c->headers, "Content-Type"))
		must(headers_add(&c->headers, "Content-Type: application/json",
		    &e), &e);
}

static void
read_environment(struct fetch_config *c)
{
	/* What curl(1) takes beside libcurl. */
	if (c->http.ca_file == NULL)
		c->http.ca_file = environment("CURL_CA_BUNDLE");
	if (c->http.ca_file == NULL)
		c->http.ca_file = environment("SSL_CERT_FILE");
	c->connpass_base = environment("CONNPASS_BASE_URL");
	if (c->connpass_base == NULL)
		c->connpass_base = CONNPASS_BASE;
	c->connpass_key = environment("CONNPASS_API_KEY");
}

static void
take_face(struct fetch_config *c, const struct face *face)
{
	c->quiet = face->quiet;
	c->verbose = c->http.verbose = face->verbose;
	c->memory = (size_t)face->memory;
}

static void
parse_args(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){
		.args = { .usage = usage, .shorts = "H:i:j:X:", .longs = longs,
		    .without = "Tfe", .max_operands = (unsigned)argc },
		.fetch = { .session = { .policy = { .attempts = 1 + RETRIES,
		    .base_ms = BACKOFF_MS, .cap_ms = BACKOFF_CAP_MS },
		    .interval_ms = FETCH_RATE_DEFAULT,
		    .max_redirects = REDIRECTS },
		    .shards = 1, .jobs = 1, .chunk = CHUNK, .start_page = 1 },
	};
	args_begin(&o->args, argc, argv);
	while ((option = args_next(&o->args)) != -1)
		take_option(o, option);
	check_options(o);
	read_environment(&o->fetch);
	take_face(&o->fetch, &o->args.face);
	/* HTTP/2 would put all of them into one connection. */
	o->fetch.http.http1 |= o->fetch.jobs > 1;
	if (o->fetch.http.connections < o->fetch.jobs)
		o->fetch.http.connections = o->fetch.jobs;
}

/* Fetching. */

static int
fetch_all(const struct options *o, struct fetch *f, struct err *e)
{
	for (unsigned i = 0; i < o->args.n_operands; i++)
		if (fetch_operand(f, o->args.operands[i], e) == -1)
			return -1;
	if (o->list != NULL && fetch_list(f, o->list, e) == -1)
		return -1;
	return fetch_end(f, e);
}

static void
free_options(struct options *o)
{
	headers_free(&o->fetch.headers);
	free(o->data);
	args_free(&o->args);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct output out = { .fd = -1 };
	struct fetch f = { 0 };
	struct meter meter;
	struct err e = ERR_NONE;
	int r;

	diag_name("cp-fetch");
	parse_args(&o, argc, argv);
	meter_begin(&meter, &o.args.face, "pages");
	r = output_open(&out, -1, &e);
	if (r == 0)
		r = fetch_open(&f, &o.fetch, &out, &meter, &e);
	if (r == 0)
		r = fetch_all(&o, &f, &e);
	if (r == 0)
		r = output_finish(&out, &e);
	fetch_close(&f);
	meter_end(&meter, r == 0);
	if (r != 0)
		output_fail(&out);
	free_options(&o);
	return r == 0 ? EXIT_DONE : diag_report(&e);
}
