/*
 * cp-fetch: URLs to standard output, each byte once.
 */
#include <limits.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "fetch/body_queue.h"
#include "fetch/fetch.h"
#include "fetch/pages.h"

/* An option's value that fetch_config understands, or not. */
static void
take_word(void *to, const struct args_option *option, char *value)
{
	struct err e = ERR_NONE;

	if (fetch_config_set(to, option->name, value, &e) == -1)
		args_fail(&e);
}

#define TO_FLAG(field) ARGS_ALL, ARGS_TO_FLAG(struct fetch_config, field)
#define TO_TEXT(field) ARGS_ALL, ARGS_TO_TEXT(struct fetch_config, field)
#define TO_SIZE(field, low, high) \
	ARGS_ALL, ARGS_TO_SIZE(struct fetch_config, field, low, high)
#define TO_TIME(field, high) \
	ARGS_ALL, ARGS_TO_TIME(struct fetch_config, field, 1, high)
#define TO_NUMBER(field, low, high) \
	ARGS_ALL, ARGS_TO_NUMBER(struct fetch_config, field, low, high)
#define TO_WORD ARGS_ALL, ARGS_TO_CALL(take_word)
#define TO_READ ARGS_ALL, ARGS_TO_READ(take_word)

/* In the order of false and true. */
static const char *const missing[] = { "error", "empty", NULL },
    *const auths[] = { "basic", "body", NULL };

static const struct args_option options[] = {
	ARGS_COMMON,
	ARGS_DEADLINE(ARGS_ALL),
	{ "allow-private", 0, NULL, "follow to addresses of this machine's "
	    "network", TO_FLAG(policy.allow_private) },
	{ "backoff", 0, "time", "how long to wait before the first retry",
	    TO_TIME(policy.retry.base_ms, FETCH_HOUR_MS) },
	{ "bearer-env", 0, "variable", "sign in with the token in a variable",
	    TO_TEXT(sign_in.bearer_env) },
	{ "bearer-file", 0, "file", "sign in with the token in a file",
	    TO_TEXT(sign_in.bearer_file) },
	{ "cacert", 0, "file", "certificates that servers are checked with",
	    TO_TEXT(ca_file) },
	{ "cert", 0, "file", "the client's certificate",
	    TO_TEXT(cert_file) },
	{ "chunk", 0, "size", "bytes that one request of -j asks for",
	    TO_SIZE(chunk, 64 * 1024, 1 << 30) },
	{ "compressed", 0, NULL, "let servers compress what they send",
	    TO_FLAG(compressed) },
	{ "connect-timeout", 0, "time", "how long connecting may take",
	    TO_TIME(http.connect_ms, FETCH_DAY_MS) },
	{ "cookie-file", 0, "file", "begin with the cookies in this file",
	    TO_TEXT(cookie_file) },
	{ "data", 'd', "text", "send this, or @file, with each request",
	    ARGS_ALL, ARGS_TO_LATE(take_word) },
	{ "data-urlencode", 0, "data", "send this, percent-encoded, likewise",
	    ARGS_ALL, ARGS_TO_LATE(take_word) },
	{ "dedupe", 0, "path", "leave out items whose member was seen before",
	    TO_TEXT(dedupe) },
	{ "end-status", 0, "statuses", "such an answer after a page ends the "
	    "list", TO_WORD },
	{ "dualstack", 0, NULL, "s3: take the endpoint for IPv6 and IPv4",
	    TO_FLAG(s3.endpoint.dualstack) },
	{ "endpoint-url", 0, "url", "s3: where the service is",
	    TO_TEXT(s3.endpoint.url) },
	{ "exclude", 0, "pattern", "s3: leave out keys that match this",
	    TO_WORD },
	{ "expected-bucket-owner", 0, "id", "s3: whose account the bucket must "
	    "be", TO_TEXT(s3.owner) },
	{ "fips", 0, NULL, "s3: take the endpoint with FIPS cryptography",
	    TO_FLAG(s3.endpoint.fips) },
	{ "fail", 'f', NULL, "what is always so: errors fail",
	    TO_FLAG(ignored) },
	{ "header", 'H', "header", "send this, or those of @file",
	    TO_READ },
	{ "header-env", 0, "name=variable", "send a header from the environment",
	    TO_WORD },
	{ "http2", 0, NULL, "speak HTTP/2 where the server does",
	    TO_FLAG(http.http2) },
	{ "include", 0, "pattern", "s3: only take keys that match this",
	    TO_WORD },
	{ "insecure", 'k', NULL, "trust any server", TO_FLAG(http.insecure) },
	{ "items", 0, "path", "write the elements of this array, one a line",
	    TO_WORD },
	{ "keep-going", 0, NULL, "leave out URLs that fail, and go on",
	    TO_FLAG(keep_going) },
	{ "json", 0, "text", "send this as JSON, and ask for some",
	    ARGS_ALL, ARGS_TO_LATE(take_word) },
	{ "key-file", 0, "file", "connpass's key is in this file",
	    TO_TEXT(key_file) },
	{ "list", 'i', "file", "read URLs from this file",
	    TO_TEXT(list) },
	{ "list-objects", 0, NULL, "s3: list objects, a line of JSON each",
	    TO_FLAG(list_objects) },
	{ "location", 'L', NULL, "what is always so: redirects are followed",
	    TO_FLAG(ignored) },
	{ "max-pages", 0, "n", "fail after this many pages",
	    TO_NUMBER(max_pages, 1, PAGES_MAX) },
	{ "max-redirects", 0, "n", "follow at most so many redirects",
	    TO_NUMBER(policy.max_redirects, 0, 100) },
	{ "max-size", 0, "size", "fail where more than this comes in all",
	    TO_SIZE(max_size, 1, (uint64_t)1 << 60) },
	ARGS_DEADLINE_AS("max-time", "the same as --deadline", ARGS_ALL),
	{ "memory", 'm', "size", "how much memory may be used", ARGS_ALL,
	    .face = true, ARGS_TO_SIZE(struct face, memory,
	    (uint64_t)1 << 20, (uint64_t)1 << 40),
	    .hint = " (curl's -m is --max-time)" },
	{ "method", 'X', "method", "the requests' method",
	    TO_WORD },
	{ "nl", 0, NULL, "begin each body on a line of its own",
	    TO_FLAG(lines) },
	{ "missing-items", 0, "what", "what a page without the array is",
	    ARGS_ALL, ARGS_TO_WORD(struct fetch_config, missing_empty,
	    missing) },
	{ "no-sign-request", 0, NULL, "s3: send no signature",
	    TO_FLAG(s3.no_sign) },
	{ "netrc", 0, NULL, "sign in by ~/.netrc", TO_FLAG(netrc) },
	{ "netrc-file", 0, "file", "sign in by another such file",
	    TO_TEXT(http.netrc) },
	{ "oauth2-auth", 0, "how", "how the client's secret is sent", ARGS_ALL,
	    ARGS_TO_WORD(struct fetch_config, oauth.in_body, auths) },
	{ "oauth2-client-id", 0, "id", "who asks for a token",
	    TO_TEXT(oauth.client_id) },
	{ "oauth2-param", 0, "name=value", "send this with that question",
	    TO_WORD },
	{ "oauth2-scope", 0, "scope", "what the token is for",
	    TO_TEXT(oauth.scope) },
	{ "oauth2-secret-env", 0, "variable", "the client's secret is in a "
	    "variable", TO_TEXT(oauth.secret_env) },
	{ "oauth2-secret-file", 0, "file", "the client's secret is in a file",
	    TO_TEXT(oauth.secret_file) },
	{ "oauth2-token-url", 0, "url", "sign in by OAuth 2.0 with a token "
	    "from here", TO_TEXT(oauth.token_url) },
	{ "pager", 0, "kind", "how one page leads to the next",
	    TO_WORD },
	{ "parallel", 'j', "n", "begin n requests side by side",
	    TO_NUMBER(jobs, 1, BODY_QUEUE_LANES),
	    .hint = " (curl's -j has no counterpart)" },
	{ "path-style", 0, NULL, "s3: put the bucket into the path",
	    TO_FLAG(s3.path_style) },
	{ "profile", 0, "name", "s3: the profile in AWS's files",
	    TO_TEXT(s3.profile) },
	{ "password-env", 0, "variable", "the password of -u is in a variable",
	    TO_TEXT(sign_in.password_env) },
	{ "password-file", 0, "file", "the password of -u is in a file",
	    TO_TEXT(sign_in.password_file) },
	{ "proxy", 0, "url", "go through this proxy", TO_WORD },
	{ "rate", 0, "n/unit", "begin at most so many requests: 1/s, 30/m",
	    TO_WORD },
	{ "region", 0, "name", "s3: where the bucket is",
	    TO_TEXT(s3.endpoint.region) },
	{ "request-payer", 0, "requester", "s3: take the costs",
	    TO_TEXT(s3.payer), .offers = "requester" },
	{ "require-length", 0, NULL, "fail where a server tells no length",
	    TO_FLAG(require_length) },
	{ "retries", 0, "n", "repeat a request at most so often",
	    TO_NUMBER(retries, 0, 1000) },
	{ "retry", 0, "n", "the same as --retries", TO_NUMBER(retries, 0, 1000) },
	{ "sep", 0, "text", "write this between two bodies",
	    TO_TEXT(separator) },
	{ "same-origin-links", 0, NULL, "take path and query of links only",
	    TO_FLAG(same_origin_links) },
	{ "sha256", 0, "hex", "fail unless all that comes has this SHA-256",
	    TO_WORD },
	{ "shard", 0, "i/n", "fetch every nth URL, beginning with number i",
	    TO_WORD },
	{ "since", 0, "time", "s3: only take objects that are not older",
	    TO_WORD },
	{ "sse-c-key-file", 0, "file", "s3: decrypt with the key in this file",
	    TO_TEXT(s3.sse_c_file) },
	{ "show-error", 'S', NULL, "what is always so: errors are told",
	    TO_FLAG(ignored) },
	{ "silent", 's', NULL, "what is always so: no progress without -p",
	    TO_FLAG(ignored) },
	{ "stall-timeout", 0, "time", "how long nothing may come",
	    TO_TIME(http.stall_ms, FETCH_DAY_MS) },
	{ "start-page", 0, "n", "begin with this page",
	    TO_NUMBER(start_page, 1, PAGES_MAX) },
	{ "until", 0, "time", "s3: only take objects that are older",
	    TO_WORD },
	{ "url-query", 0, "data", "add this to the query of each URL",
	    ARGS_ALL, ARGS_TO_LATE(take_word) },
	{ "user", 'u', "user", "sign in with this name and a password",
	    TO_WORD },
	{ "user-agent", 'A', "text", "what this client is called",
	    TO_WORD },
	{ "virtual-hosted", 0, NULL, "s3: put the bucket into the host",
	    TO_FLAG(s3.virtual_hosted) },
	{ 0 }
};

static const struct args_mode modes[] = {
	{ NULL, "[url ...]", 0, UINT_MAX, false }
};

static void
parse_args(struct fetch_config *c, struct args *a, int argc, char **argv)
{
	struct err e = ERR_NONE;

	*a = (struct args){ .summary = "copy URLs to standard output, each byte "
	    "once", .options = options, .modes = modes, .n_modes = 1, .to = c };
	fetch_config_init(c);
	args_parse(a, argc, argv);
	c->quiet = a->face.quiet;
	c->verbose = c->http.verbose = a->face.verbose;
	c->memory = (size_t)a->face.memory;
	c->deadline_ms = a->face.deadline;
	if (fetch_config_urls(c, a->operands, a->n_operands, &e) == -1 ||
	    fetch_config_complete(c, &e) == -1)
		args_fail(&e);
}

int
main(int argc, char **argv)
{
	struct fetch_config c;
	struct args a;
	struct output out = { .fd = -1 };
	struct fetch f = { 0 };
	struct meter meter;
	struct err e = ERR_NONE;
	int r, code;

	diag_name("cp-fetch");
	parse_args(&c, &a, argc, argv);
	meter_begin(&meter, &a.face, &a.waits, "pages", METER_NETWORK);
	r = output_open(&out, -1, &e);
	out.waits = &a.waits;
	if (r == 0)
		r = fetch_open(&f, &c, &out, &meter, &e);
	if (r == 0)
		r = fetch_run(&f, &e);
	if (r == 0)
		r = output_finish(&out, &e);
	fetch_close(&f);
	if (r != 0)
		output_fail(&out, e.code);
	meter_rest(&meter);
	code = r == 0 ? EXIT_DONE : diag_report(&e);
	meter_end(&meter, code);
	fetch_config_free(&c);
	args_free(&a);
	return code;
}
