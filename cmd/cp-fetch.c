/*
 * cp-fetch: URLs to standard output, each byte once.
 */
#define _GNU_SOURCE		/* explicit_bzero */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/args.h"
#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "base/window.h"
#include "network/connpass.h"
#include "network/pages.h"
#include "network/transfer.h"
#include "network/url.h"

enum {
	BODY_WINDOW = 1 << 20,
	PAGE_WINDOW = 16 << 20,
	RETRIES = 8,
	BACKOFF_MS = 500,
	BACKOFF_CAP_MS = 30 * 1000,
	RATE_DEFAULT = -1,
	HOUR_MS = 60 * 60 * 1000,
	DAY_MS = 24 * HOUR_MS
};

static const char usage[] =
"usage: cp-fetch [-hpqVv] [-H header] [-m size] [--backoff time]\n"
"                [--cacert file] [--connect-timeout time] [--deadline time]\n"
"                [--key-file file] [--max-size size] [--rate n/unit]\n"
"                [--retries n] [--stall-timeout time] [--stats] url ...\n";

struct options {
	struct args args;
	const char *headers[SESSION_HEADERS];
	size_t n_headers;
	const char *key_file;
	struct http_config http;
	struct retry_policy policy;
	int64_t interval_ms;
	uint64_t deadline_ms;
	uint64_t max_size;
};

/* What all operands share while they are fetched. */
struct fetch {
	const struct options *options;
	struct output out;
	struct meter meter;
	struct sink sink;
	struct session session;
	uint64_t resumed;
};

enum { OPT_BACKOFF = ARGS_LONG, OPT_CACERT, OPT_CONNECT, OPT_DEADLINE, OPT_KEY,
	OPT_MAX_SIZE, OPT_RATE, OPT_RETRIES, OPT_STALL };

static const struct option longs[] = {
	{ "backoff", required_argument, NULL, OPT_BACKOFF },
	{ "cacert", required_argument, NULL, OPT_CACERT },
	{ "connect-timeout", required_argument, NULL, OPT_CONNECT },
	{ "deadline", required_argument, NULL, OPT_DEADLINE },
	{ "header", required_argument, NULL, 'H' },
	{ "key-file", required_argument, NULL, OPT_KEY },
	{ "max-size", required_argument, NULL, OPT_MAX_SIZE },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "retries", required_argument, NULL, OPT_RETRIES },
	{ "stall-timeout", required_argument, NULL, OPT_STALL },
	{ 0 }
};

static void
add_header(struct options *o, const char *header)
{
	/* One for the key, which is added later. */
	if (o->n_headers == SESSION_HEADERS - 1)
		args_wrong("more than %d headers", (int)SESSION_HEADERS - 1);
	if (strncasecmp(header, "Range:", 6) == 0 ||
	    strncasecmp(header, "If-Range:", 9) == 0)
		args_wrong("-H: ranges are cp-fetch's own business");
	o->headers[o->n_headers++] = header;
}

/* "2/s", "30/m", "1000/h"; "0" is no limit.  Gives ms between two starts. */
static int64_t
read_rate(const char *s)
{
	static const struct { const char *name; int64_t ms; } units[] = {
		{ "/s", 1000 }, { "/m", 60 * 1000 }, { "/h", HOUR_MS } };
	size_t digits = strspn(s, "0123456789");
	char number[8];
	int64_t n;

	if (strcmp(s, "0") == 0)
		return 0;
	if (digits > 0 && digits < sizeof number) {
		memcpy(number, s, digits);
		number[digits] = '\0';
		n = strtol(number, NULL, 10);
		for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units;
		    i++)
			if (strcmp(s + digits, units[i].name) == 0)
				return (units[i].ms + n - 1) / n;
	}
	args_wrong("--rate: '%s' is not a rate such as 1/s, 30/m or 0", s);
}

static void
take_option(struct options *o, int option)
{
	switch (option) {
	case 'H':
		add_header(o, optarg);
		break;
	case OPT_BACKOFF:
		o->policy.base_ms = (int64_t)args_duration("--backoff", optarg,
		    1, HOUR_MS);
		break;
	case OPT_CACERT:
		o->http.ca_file = optarg;
		break;
	case OPT_CONNECT:
		o->http.connect_ms = (long)args_duration("--connect-timeout",
		    optarg, 1, DAY_MS);
		break;
	case OPT_DEADLINE:
		o->deadline_ms = args_duration("--deadline", optarg, 1,
		    (uint64_t)30 * DAY_MS);
		break;
	case OPT_KEY:
		o->key_file = optarg;
		break;
	case OPT_MAX_SIZE:
		o->max_size = args_size("--max-size", optarg, 1,
		    (uint64_t)1 << 60);
		break;
	case OPT_RATE:
		o->interval_ms = read_rate(optarg);
		break;
	case OPT_RETRIES:
		o->policy.attempts = 1 + (unsigned)args_number("--retries",
		    optarg, 0, 1000);
		break;
	case OPT_STALL:
		o->http.stall_ms = (long)args_duration("--stall-timeout",
		    optarg, 1, DAY_MS);
		break;
	}
}

static void
parse_args(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){
		.args = { .usage = usage, .shorts = "H:", .longs = longs,
		    .without = "Tf", .min_operands = 1,
		    .max_operands = (unsigned)argc },
		.policy = { .attempts = 1 + RETRIES, .base_ms = BACKOFF_MS,
		    .cap_ms = BACKOFF_CAP_MS },
		.interval_ms = RATE_DEFAULT,
	};
	args_begin(&o->args, argc, argv);
	while ((option = args_next(&o->args)) != -1)
		take_option(o, option);
	o->http.verbose = o->args.face.verbose;
}

/* A fresh window of the right size, for one operand. */
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
	struct window window;
	struct transfer t = { .session = &f->session, .sink = &f->sink,
	    .window = &window, .url = url };
	char shown[256];
	int r;

	f->session.interval_ms = f->options->interval_ms == RATE_DEFAULT ? 0 :
	    f->options->interval_ms;
	if (url_check(url, EXIT_USAGE, e) == -1 ||
	    open_window(&window, f->options, BODY_WINDOW, e) == -1)
		return -1;
	r = transfer_run(&t, e);
	f->resumed += t.resumed;
	if (r == 0 && !t.verified && !f->options->args.face.quiet) {
		url_mask(url, shown, sizeof shown);
		diag_say("'%s' came without a length: "
		    "whether it is complete cannot be known", shown);
	}
	window_free(&window);
	return r;
}

static int
fetch_pages(struct fetch *f, const char *url, struct err *e)
{
	struct window window;
	struct pager pager;
	struct pages p = { .session = &f->session, .sink = &f->sink,
	    .window = &window, .pager = &pager };
	int r;

	if (url_check(url, EXIT_USAGE, e) == -1 ||
	    pager_init(&pager, &connpass_pager, url, e) == -1)
		return -1;
	if (open_window(&window, f->options, PAGE_WINDOW, e) == -1) {
		pager_free(&pager);
		return -1;
	}
	r = pages_run(&p, e);
	window_free(&window);
	pager_free(&pager);
	return r;
}

/* The key goes to connpass and nowhere else. */
static int
fetch_connpass(struct fetch *f, const char *operand, struct err *e)
{
	const struct options *o = f->options;
	const char *headers[SESSION_HEADERS];
	const struct session plain = f->session;
	const char *base = getenv("CONNPASS_BASE_URL");
	char *key, *url;
	int r = -1;

	key = connpass_header(o->key_file, getenv("CONNPASS_API_KEY"), e);
	if (key == NULL)
		return -1;
	url = connpass_url(base != NULL ? base : CONNPASS_BASE, operand, e);
	if (url != NULL) {
		memcpy(headers, o->headers, sizeof headers);
		headers[o->n_headers] = key;
		f->session.headers = headers;
		f->session.n_headers = o->n_headers + 1;
		f->session.interval_ms = o->interval_ms == RATE_DEFAULT ?
		    CONNPASS_INTERVAL_MS : o->interval_ms;
		r = fetch_pages(f, url, e);
		f->session.headers = plain.headers;
		f->session.n_headers = plain.n_headers;
	}
	free(url);
	explicit_bzero(key, strlen(key));
	free(key);
	return r;
}

static int
fetch_all(struct fetch *f, struct err *e)
{
	const struct args *a = &f->options->args;

	for (unsigned i = 0; i < a->n_operands; i++) {
		const char *operand = a->operands[i];

		if ((connpass_is(operand) ? fetch_connpass : fetch_body)(f,
		    operand, e) == -1)
			return -1;
	}
	return 0;
}

static int
open_fetch(struct fetch *f, const struct options *o, struct err *e)
{
	*f = (struct fetch){ .options = o, .out = { .fd = -1 } };
	meter_begin(&f->meter, &o->args.face, "pages");
	f->sink = (struct sink){ .out = &f->out, .meter = &f->meter,
	    .limit = o->max_size };
	f->session = (struct session){ .policy = o->policy,
	    .headers = o->headers, .n_headers = o->n_headers,
	    .verbose = o->args.face.verbose, .meter = &f->meter };
	if (o->deadline_ms != 0)
		f->session.policy.deadline = meter_now() +
		    (int64_t)o->deadline_ms;
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
	meter_end(&f->meter, ok);
	http_free(f->session.http);
	if (!ok)
		output_fail(&f->out);
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
		r = output_finish(&f.out, &e);
	close_fetch(&f, r == 0);
	args_free(&o.args);
	return r == 0 ? EXIT_DONE : diag_report(&e);
}
