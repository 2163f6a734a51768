/*
 * cp-fetch: URLs to standard output, each byte once.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/args.h"
#include "base/args_value.h"
#include "base/diag.h"
#include "base/environment.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/seal.h"
#include "fetch/connpass.h"
#include "fetch/fetch.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "fetch/pages.h"
#include "fetch/range_get.h"
#include "http/show.h"

enum {
	CHUNK = 4 << 20,
	DATA_MAX = 16 << 20,
	RETRIES = 8,
	SHARDS_MAX = 1000000,
	BACKOFF_MS = 500,
	BACKOFF_CAP_MS = 30 * 1000,
	REDIRECTS = 10,
	GRACE_MS = 500,
	HOUR_MS = 60 * 60 * 1000,
	DAY_MS = 24 * HOUR_MS
};

struct options {
	struct args args;
	struct fetch_config fetch;
	char *data;		/* the request's body, owned */
	char *urls;		/* the operands, owned, each with its NUL; in
				 * argv they are wiped */
	const char *list;	/* of URLs, a file, or NULL */
	unsigned retries;
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

/* "2/s", "30/m", "1000/h"; "0" is no limit.  Becomes ms between two starts. */
static void
take_rate(void *to, const struct args_option *option, char *value)
{
	static const struct { const char *name; int64_t ms; } units[] = {
		{ "/s", 1000 }, { "/m", 60 * 1000 }, { "/h", HOUR_MS } };
	struct options *o = to;
	size_t digits = strspn(value, "0123456789");
	int64_t n = digits > 0 && digits < 8 ? strtol(value, NULL, 10) : 0;

	(void)option;
	if (strcmp(value, "0") == 0) {
		o->fetch.session.interval_ms = 0;
		return;
	}
	for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units; i++)
		if (strcmp(value + digits, units[i].name) == 0) {
			o->fetch.session.interval_ms =
			    (units[i].ms + n - 1) / n;
			return;
		}
	args_wrong("--rate: '%s' is not a rate such as 1/s, 30/m or 0", value);
}

/* "3/8": number 3 of the 8 numbers 0 to 7. */
static void
take_shard(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	char *slash = strchr(value, '/');
	uint64_t shard, shards;

	(void)option;
	if (slash != NULL)
		*slash = '\0';
	if (slash == NULL || !args_parse_number(value, &shard) ||
	    !args_parse_number(slash + 1, &shards) || shards == 0 ||
	    shards > SHARDS_MAX || shard >= shards)
		args_wrong("--shard: '%s%s%s' is not a share such as 0/4",
		    value, slash != NULL ? "/" : "",
		    slash != NULL ? slash + 1 : "");
	o->fetch.shard = shard;
	o->fetch.shards = shards;
}

static void
take_data(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	size_t len = strlen(value);
	struct err e = ERR_NONE;

	(void)option;
	free(o->data);
	o->data = *value == '@' ? io_slurp(value + 1, DATA_MAX, &len, &e) :
	    strdup(value);
	if (o->data == NULL)
		must(*value == '@' ? -1 : err_memory(&e), &e);
	hide(value);
	o->fetch.session.body = o->data;
	o->fetch.session.body_len = len;
}

static void
take_pager(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	o->fetch.paged = true;
	if (strcmp(value, "connpass") == 0)
		o->fetch.pager = connpass_pager;
	else
		must(pager_parse(&o->fetch.pager, value, &e), &e);
}

static void
take_sha256(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (hex_read(value, o->fetch.sha256, SHA256_SIZE) == -1)
		args_wrong("--sha256: '%s' is not 64 hexadecimal digits",
		    value);
	o->fetch.hashed = true;
}

static void
take_header(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	must(headers_add(&o->fetch.headers, value, &e), &e);
	hide(value);
}

static void
take_header_env(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	struct err e = ERR_NONE;

	(void)option;
	must(headers_add_env(&o->fetch.headers, value, &e), &e);
}

/* A token (RFC 9110, 9.1), which has an answer with a body. */
static void
take_method(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;
	size_t token = strspn(value, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	(void)option;
	if (token == 0 || value[token] != '\0')
		args_wrong("-X: '%s' is no method", value);
	if (strcmp(value, "HEAD") == 0 || strcmp(value, "CONNECT") == 0)
		args_wrong("-X: %s brings no body", value);
	o->fetch.session.method = value;
}

static void
take_user_agent(void *to, const struct args_option *option, char *value)
{
	struct options *o = to;

	(void)option;
	if (strpbrk(value, "\r\n") != NULL)
		args_wrong("--user-agent: there is a line break in it");
	o->fetch.http.user_agent = value;
}

#define TO_FLAG(field) ARGS_ALL, ARGS_TO_FLAG(struct options, field)
#define TO_TEXT(field) ARGS_ALL, ARGS_TO_TEXT(struct options, field)
#define TO_SIZE(field, low, high) \
	ARGS_ALL, ARGS_TO_SIZE(struct options, field, low, high)
#define TO_TIME(field, high) \
	ARGS_ALL, ARGS_TO_TIME(struct options, field, 1, high)
#define TO_NUMBER(field, low, high) \
	ARGS_ALL, ARGS_TO_NUMBER(struct options, field, low, high)
#define TO_CALL(function) ARGS_ALL, ARGS_TO_CALL(function)

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_MEMORY(ARGS_ALL),
	{ "allow-private", 0, NULL, "follow to addresses of this machine's "
	    "network", TO_FLAG(fetch.session.allow_private) },
	{ "backoff", 0, "time", "how long to wait before the first retry",
	    TO_TIME(fetch.session.policy.base_ms, HOUR_MS) },
	{ "cacert", 0, "file", "certificates that servers are checked with",
	    TO_TEXT(fetch.http.ca_file) },
	{ "cert", 0, "file", "the client's certificate",
	    TO_TEXT(fetch.http.cert_file) },
	{ "chunk", 0, "size", "bytes that one request of -j asks for",
	    TO_SIZE(fetch.chunk, 64 * 1024, 1 << 30) },
	{ "compressed", 0, NULL, "let servers compress what they send",
	    TO_FLAG(fetch.compressed) },
	{ "connect-timeout", 0, "time", "how long connecting may take",
	    TO_TIME(fetch.http.connect_ms, DAY_MS) },
	{ "data", 0, "text", "send this, or @file, with each request",
	    TO_CALL(take_data) },
	{ "deadline", 0, "time", "give up after this time",
	    TO_TIME(fetch.deadline_ms, (uint64_t)30 * DAY_MS) },
	{ "dedupe", 0, "path", "leave out items whose member was seen before",
	    TO_TEXT(fetch.dedupe) },
	{ "header", 'H', "header", "send this, or those of @file",
	    TO_CALL(take_header) },
	{ "header-env", 0, "name=variable", "send a header from the environment",
	    TO_CALL(take_header_env) },
	{ "http2", 0, NULL, "speak HTTP/2 where the server does",
	    TO_FLAG(fetch.http.http2) },
	{ "items", 0, "path", "write the elements of this array, one a line",
	    TO_TEXT(fetch.items) },
	{ "key-file", 0, "file", "connpass's key is in this file",
	    TO_TEXT(fetch.key_file) },
	{ "list", 'i', "file", "read URLs from this file",
	    TO_TEXT(list) },
	{ "max-pages", 0, "n", "fail after this many pages",
	    TO_NUMBER(fetch.max_pages, 1, PAGES_MAX) },
	{ "max-redirects", 0, "n", "follow at most so many redirects",
	    TO_NUMBER(fetch.session.max_redirects, 0, 100) },
	{ "max-size", 0, "size", "fail where a body is larger",
	    TO_SIZE(fetch.max_size, 1, (uint64_t)1 << 60) },
	{ "method", 'X', "method", "the requests' method",
	    TO_CALL(take_method) },
	{ "pager", 0, "kind", "how one page leads to the next",
	    TO_CALL(take_pager) },
	{ "parallel", 'j', "n", "fetch n ranges of a large body side by side",
	    TO_NUMBER(fetch.jobs, 1, RANGE_GET_MAX) },
	{ "rate", 0, "n/unit", "begin at most so many requests: 1/s, 30/m",
	    TO_CALL(take_rate) },
	{ "require-length", 0, NULL, "fail where a server tells no length",
	    TO_FLAG(fetch.require_length) },
	{ "retries", 0, "n", "repeat a request at most so often",
	    TO_NUMBER(retries, 0, 1000) },
	{ "sha256", 0, "hex", "fail unless the body has this SHA-256",
	    TO_CALL(take_sha256) },
	{ "shard", 0, "i/n", "fetch every nth URL, beginning with number i",
	    TO_CALL(take_shard) },
	{ "stall-timeout", 0, "time", "how long nothing may come",
	    TO_TIME(fetch.http.stall_ms, DAY_MS) },
	{ "start-page", 0, "n", "begin with this page",
	    TO_NUMBER(fetch.start_page, 1, PAGES_MAX) },
	{ "user-agent", 0, "text", "what this client is called",
	    TO_CALL(take_user_agent) },
	{ 0 }
};

/* URLs hold secrets, too: they go one after the other into a text of ours. */
static void
take_urls(struct options *o)
{
	struct err e = ERR_NONE;
	size_t size = 1;
	char *to;

	for (unsigned i = 0; i < o->args.n_operands; i++)
		size += strlen(o->args.operands[i]) + 1;
	to = o->urls = malloc(size);
	if (o->urls == NULL) {
		err_memory(&e);
		args_fail(&e);
	}
	for (unsigned i = 0; i < o->args.n_operands; i++) {
		to = stpcpy(to, o->args.operands[i]) + 1;
		show_wipe_url(o->args.operands[i]);
	}
}

static const struct args_mode modes[] = {
	{ NULL, "[url ...]", 0, UINT_MAX, false }
};

static void
check_options(struct options *o)
{
	struct fetch_config *c = &o->fetch;
	struct err e = ERR_NONE;

	if (o->args.n_operands == 0 && o->list == NULL)
		args_wrong("an operand is missing");
	if (c->jobs > 1 && c->compressed)
		args_wrong("-j and --compressed exclude each other");
	/* It would put all of them into one connection. */
	if (c->jobs > 1 && c->http.http2)
		args_wrong("-j and --http2 exclude each other");
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
	*o = (struct options){
		.args = { .summary = "copy URLs to standard output, each byte "
		    "once", .options = options, .modes = modes, .n_modes = 1,
		    .to = o },
		.fetch = { .session = { .policy = { .base_ms = BACKOFF_MS,
		    .cap_ms = BACKOFF_CAP_MS },
		    .interval_ms = FETCH_RATE_DEFAULT,
		    .max_redirects = REDIRECTS },
		    .shards = 1, .jobs = 1, .chunk = CHUNK, .start_page = 1 },
		.retries = RETRIES,
	};
	args_parse(&o->args, argc, argv);
	o->fetch.session.policy.attempts = 1 + o->retries;
	take_urls(o);
	check_options(o);
	read_environment(&o->fetch);
	take_face(&o->fetch, &o->args.face);
	if (o->fetch.http.connections < o->fetch.jobs)
		o->fetch.http.connections = o->fetch.jobs;
}

/* The deadline.  Requests keep it themselves, and say which one it ended; all
 * other waits, for a reader of standard output or a writer of a list, are cut
 * off here a moment later. */

static void
on_deadline(int signal)
{
	static const char text[] = "cp-fetch: the deadline has passed\n";

	(void)signal;
	seal_break(STDOUT_FILENO, seal_of_exit(EXIT_TEMP));
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(EXIT_TEMP);	/* without the message */
	_exit(EXIT_TEMP);
}

static void
set_alarm(uint64_t ms)
{
	struct sigaction end = { .sa_handler = on_deadline };
	struct itimerval timer;
	sigset_t alarm;

	ms += GRACE_MS;
	timer = (struct itimerval){ .it_value = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) } };
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	if (sigaction(SIGALRM, &end, NULL) != 0 ||
	    sigprocmask(SIG_UNBLOCK, &alarm, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		args_wrong("--deadline: %s", strerror(errno));
}

/* Fetching. */

static int
fetch_all(const struct options *o, struct fetch *f, struct err *e)
{
	const char *url = o->urls;

	for (unsigned i = 0; i < o->args.n_operands; i++) {
		if (fetch_operand(f, url, e) == -1)
			return -1;
		url += strlen(url) + 1;
	}
	if (o->list != NULL && fetch_list(f, o->list, e) == -1)
		return -1;
	return fetch_end(f, e);
}

static void
free_options(struct options *o)
{
	headers_free(&o->fetch.headers);
	free(o->data);
	free(o->urls);
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
	if (o.fetch.deadline_ms != 0)
		set_alarm(o.fetch.deadline_ms);
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
		output_fail(&out, e.code);
	free_options(&o);
	return r == 0 ? EXIT_DONE : diag_report(&e);
}
