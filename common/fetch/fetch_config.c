/* fetch_config: words of the command line, and what goes with what. */
#define _GNU_SOURCE		/* explicit_bzero */
#include "fetch/fetch_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/args_value.h"
#include "base/array.h"
#include "base/date.h"
#include "base/encoding.h"
#include "base/environment.h"
#include "base/io.h"
#include "fetch/connpass.h"
#include "http/proxy.h"
#include "http/show.h"
#include "http/trust.h"
#include "json/path.h"

enum {
	/* Bytes of a range of -j.  Each request waits for a round trip, during
	 * which its connection carries nothing: after 50 ms 4 MiB take 40 ms at
	 * 100 MB/s.  Smaller ranges wait more, larger ones take n times more
	 * memory. */
	CHUNK = 4 << 20,
	/* The pauses before these retries add up to 46 s on average and 92 s at
	 * most: a server or load balancer restarts in less. */
	RETRIES = 8,
	BACKOFF_MS = 500,
	BACKOFF_CAP_MS = 30 * 1000,
	/* Bytes of a certificate with its key, and of a file of cookies: a
	 * chain has 10 KiB, and 500 cookies, which is the most, some 100. */
	FILE_MAX = 1 << 20,
	/* In a row.  Chains that are meant have two to five (a mirror, a sign-in,
	 * a store); browsers and wget(1) stop at 20. */
	REDIRECTS = 10
};

void
fetch_config_init(struct fetch_config *c)
{
	*c = (struct fetch_config){
		.policy = { .retry = { .base_ms = BACKOFF_MS,
		    .cap_ms = BACKOFF_CAP_MS },
		    .interval_ms = FETCH_RATE_DEFAULT,
		    .max_redirects = REDIRECTS },
		.retries = RETRIES, .shards = 1, .jobs = 1, .chunk = CHUNK,
		.start_page = 1
	};
}

/* Options whose value is a word of their own language. */

/* Out of the list of processes; early, but some time after the start. */
static void
hide(char *text)
{
	if (*text != '@')
		memset(text, '*', strlen(text));
}

/* "2/s", "30/m", "1000/h"; "0" is no limit.  Becomes ms between two starts. */
static int
set_rate(struct fetch_config *c, char *value, struct err *e)
{
	static const struct { const char *name; int64_t ms; } units[] = {
		{ "/s", 1000 }, { "/m", 60 * 1000 }, { "/h", FETCH_HOUR_MS } };
	size_t digits = strspn(value, "0123456789");
	int64_t n = digits > 0 && digits < 8 ? strtol(value, NULL, 10) : 0;

	if (strcmp(value, "0") == 0) {
		c->policy.interval_ms = 0;
		return 0;
	}
	for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units; i++)
		if (strcmp(value + digits, units[i].name) == 0) {
			c->policy.interval_ms = (units[i].ms + n - 1) / n;
			return 0;
		}
	return err_set(e, EXIT_USAGE, "--rate: '%s' is not a rate such as 1/s, "
	    "30/m or 0", value);
}

/* "3/8": number 3 of the 8 numbers 0 to 7; or the index that a scheduler says. */
static int
set_shard(struct fetch_config *c, char *value, struct err *e)
{
	struct array a;

	if (array_parse(&a, "shard", value, e) != 0)
		return -1;
	c->shard = a.index;
	c->shards = a.count;
	return 0;
}

static int
set_data(struct fetch_config *c, char *value, struct err *e)
{
	return request_data_add(&c->data, value, e);
}

static int
set_data_urlencode(struct fetch_config *c, char *value, struct err *e)
{
	return request_data_encode(&c->data, value, e);
}

static int
set_json(struct fetch_config *c, char *value, struct err *e)
{
	return request_data_json(&c->data, value, e);
}

/* With a plus sign in front it is encoded already. */
static int
set_url_query(struct fetch_config *c, char *value, struct err *e)
{
	return *value == '+' ? request_data_add(&c->query, value + 1, e) :
	    request_data_encode(&c->query, value, e);
}

/* "" is none, whatever the environment says. */
static int
set_proxy(struct fetch_config *c, char *value, struct err *e)
{
	free(c->proxy);
	c->http.proxy = c->proxy = strdup(value);
	show_wipe_url(value);
	if (c->proxy == NULL)
		return err_memory(e);
	return *c->proxy == '\0' ? 0 : proxy_check(c->proxy, e);
}

static int
set_pager(struct fetch_config *c, char *value, struct err *e)
{
	c->paged = true;
	if (strcmp(value, "connpass") != 0)
		return pager_parse(&c->pager, value, e);
	c->pager = connpass_pager;
	return 0;
}

/* "404", "404,400" */
static int
set_end_status(struct fetch_config *c, char *value, struct err *e)
{
	uint64_t status;

	for (char *at = value, *comma; at != NULL; at = comma) {
		comma = strchr(at, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (!args_parse_number(at, &status) || status < PAGES_STATUS ||
		    status >= PAGES_STATUS + PAGES_STATUSES)
			return err_set(e, EXIT_USAGE, "--end-status: '%s' is "
			    "no status from %d to %d", at, PAGES_STATUS,
			    PAGES_STATUS + PAGES_STATUSES - 1);
		c->end_status[status - PAGES_STATUS] = true;
	}
	return 0;
}

/* A path, or the document itself. */
static int
set_items(struct fetch_config *c, char *value, struct err *e)
{
	struct path path;
	int r = path_parse(&path, value, NULL, e);

	path_free(&path);
	c->items = value;
	return r == 0 ? 0 : err_prefix(e, "--items");
}

static int
set_sha256(struct fetch_config *c, char *value, struct err *e)
{
	c->hashed = true;
	return hex_read(value, c->sha256, SHA256_SIZE) == 0 ? 0 :
	    err_set(e, EXIT_USAGE, "--sha256: '%s' is not 64 hexadecimal "
	    "digits", value);
}

static int
set_header(struct fetch_config *c, char *value, struct err *e)
{
	int r = headers_add(&c->headers, value, e);

	hide(value);
	return r;
}

static int
set_header_env(struct fetch_config *c, char *value, struct err *e)
{
	return headers_add_env(&c->headers, value, e);
}

/* A token (RFC 9110, 9.1), which has an answer with a body. */
static int
set_method(struct fetch_config *c, char *value, struct err *e)
{
	size_t token = strspn(value, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (token == 0 || value[token] != '\0')
		return err_set(e, EXIT_USAGE, "-X: '%s' is no method", value);
	if (strcmp(value, "HEAD") == 0 || strcmp(value, "CONNECT") == 0)
		return err_set(e, EXIT_USAGE, "-X: %s brings no body", value);
	c->policy.method = value;
	return 0;
}

/* A pattern for keys; the text is argv's. */
static int
add_pattern(const char ***list, size_t *n, const char *pattern, struct err *e)
{
	const char **longer = realloc(*list, (*n + 1) * sizeof **list);

	if (longer == NULL)
		return err_memory(e);
	longer[(*n)++] = pattern;
	*list = longer;
	return 0;
}

static int
set_include(struct fetch_config *c, char *value, struct err *e)
{
	return add_pattern(&c->filter.include, &c->filter.n_include, value, e);
}

static int
set_exclude(struct fetch_config *c, char *value, struct err *e)
{
	return add_pattern(&c->filter.exclude, &c->filter.n_exclude, value, e);
}

static int
set_time(const char *option, int64_t *to, const char *value, struct err *e)
{
	return date_parse_option(value, to) ? 0 : err_set(e, EXIT_USAGE, "%s: "
	    "'%s' is not a time such as 2026-11-01 or 2026-11-01T09:00:00Z",
	    option, value);
}

static int
set_since(struct fetch_config *c, char *value, struct err *e)
{
	return set_time("--since", &c->filter.since, value, e);
}

static int
set_until(struct fetch_config *c, char *value, struct err *e)
{
	return set_time("--until", &c->filter.until, value, e);
}

static int
set_oauth_param(struct fetch_config *c, char *value, struct err *e)
{
	if (c->oauth.n_params == OAUTH_PARAMS)
		return err_set(e, EXIT_USAGE, "more than %d of --oauth2-param",
		    (int)OAUTH_PARAMS);
	c->oauth.params[c->oauth.n_params++] = value;
	return 0;
}

/* USER, not curl's USER:PASSWORD. */
static int
set_user(struct fetch_config *c, char *value, struct err *e)
{
	char *colon = strchr(value, ':');

	c->sign_in.user = value;
	if (colon == NULL)
		return 0;
	hide(colon + 1);
	return err_set(e, EXIT_USAGE, "-u is the user alone: other users see "
	    "the command line, so the password comes by --password-env or "
	    "--password-file");
}

static int
set_user_agent(struct fetch_config *c, char *value, struct err *e)
{
	c->http.user_agent = value;
	return strpbrk(value, "\r\n") == NULL ? 0 : err_set(e, EXIT_USAGE,
	    "--user-agent: there is a line break in it");
}

int
fetch_config_set(struct fetch_config *c, const char *name, char *value,
    struct err *e)
{
	static const struct { const char *name; int (*set)(
	    struct fetch_config *c, char *value, struct err *e); } words[] = {
		{ "data", set_data }, { "data-urlencode", set_data_urlencode },
		{ "json", set_json }, { "proxy", set_proxy },
		{ "url-query", set_url_query }, { "end-status", set_end_status },
		{ "header", set_header }, { "items", set_items },
		{ "header-env", set_header_env }, { "method", set_method },
		{ "oauth2-param", set_oauth_param }, { "pager", set_pager },
		{ "rate", set_rate }, { "sha256", set_sha256 },
		{ "shard", set_shard },
		{ "exclude", set_exclude }, { "include", set_include },
		{ "since", set_since }, { "until", set_until },
		{ "user", set_user }, { "user-agent", set_user_agent } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(name, words[i].name) == 0)
			return words[i].set(c, value, e);
	return err_set(e, EXIT_INTERNAL, "no option '%s'", name);
}

/* The rest. */

int
fetch_config_urls(struct fetch_config *c, char *const *operands, unsigned n,
    struct err *e)
{
	size_t size = 1;
	char *to;

	for (unsigned i = 0; i < n; i++)
		size += strlen(operands[i]) + 1;
	to = c->urls = malloc(size);
	if (to == NULL)
		return err_memory(e);
	c->n_urls = n;
	for (unsigned i = 0; i < n; i++) {
		to = stpcpy(to, operands[i]) + 1;
		if (!s3_remote_is(operands[i]))
			show_wipe_url(operands[i]);
	}
	return 0;
}

static void
take_environment(struct fetch_config *c)
{
	/* What curl(1) takes beside libcurl. */
	if (c->ca_file == NULL)
		c->ca_file = s3_remote_ca_file(&c->remote);
	if (c->ca_file == NULL)
		c->ca_file = environment("CURL_CA_BUNDLE");
	if (c->ca_file == NULL)
		c->ca_file = environment("SSL_CERT_FILE");
	if (c->ca_file == NULL && c->list != NULL)
		c->ca_file = environment("AWS_CA_BUNDLE");
	c->connpass_base = environment("CONNPASS_BASE_URL");
	if (c->connpass_base == NULL)
		c->connpass_base = CONNPASS_BASE;
	c->connpass_key = environment("CONNPASS_API_KEY");
}

static int
read_certificates(struct fetch_config *c, struct err *e)
{
	if (c->ca_file != NULL &&
	    (c->http.trust = trust_read(c->ca_file, e)) == NULL)
		return -1;
	if (c->cert_file == NULL)
		return 0;
	c->http.cert = io_slurp(c->cert_file, FILE_MAX, &c->http.cert_len, e);
	return c->http.cert != NULL ? 0 : err_class(e, EXIT_AUTH);
}

/* libcurl reads the file for each request, and passes over one that it cannot
 * read. */
static int
check_netrc(struct fetch_config *c, struct err *e)
{
	struct stat st;

	if (c->netrc && c->http.netrc == NULL)
		c->http.netrc = "";
	if (c->http.netrc == NULL || *c->http.netrc == '\0')
		return 0;
	if (access(c->http.netrc, R_OK) != 0 || stat(c->http.netrc, &st) != 0)
		return err_sys(e, EXIT_AUTH, errno, "cannot read '%s'",
		    c->http.netrc);
	return S_ISREG(st.st_mode) ? 0 : err_set(e, EXIT_AUTH, "'%s' is no "
	    "plain file", c->http.netrc);
}

static int
read_cookies(struct fetch_config *c, struct err *e)
{
	size_t len;

	c->http.cookies = true;
	if (c->cookie_file == NULL)
		return 0;
	c->cookies = io_slurp(c->cookie_file, FILE_MAX, &len, e);
	if (c->cookies == NULL)
		return err_class(e, EXIT_AUTH);
	if (strlen(c->cookies) == len)
		return 0;
	explicit_bzero(c->cookies, len);
	return err_set(e, EXIT_DATA, "'%s' holds a NUL", c->cookie_file);
}

/* Is an object on S3 among the operands?  (Those of a list are not known yet.) */
static bool
names_object(const struct fetch_config *c)
{
	const char *url = c->urls;

	for (unsigned i = 0; i < c->n_urls; i++, url += strlen(url) + 1)
		if (s3_remote_is(url))
			return true;
	return false;
}

static int
check(const struct fetch_config *c, struct err *e)
{
	if (c->n_urls == 0 && c->list == NULL)
		return err_set(e, EXIT_USAGE, "an operand is missing");
	if (c->list == NULL && !names_object(c) && (c->list_objects ||
	    c->filter.n_include + c->filter.n_exclude > 0 ||
	    c->filter.since != 0 || c->filter.until != 0))
		return err_set(e, EXIT_USAGE, "--list-objects, --include, "
		    "--exclude, --since and --until go with s3://");
	if (c->dedupe != NULL && c->items == NULL)
		return err_set(e, EXIT_USAGE, "--dedupe needs --items");
	return c->paged ? pager_check(&c->pager, c->items, e) : 0;
}

static int
complete_data(struct fetch_config *c, struct err *e)
{
	char header[128];

	c->policy.body = c->data.text;
	c->policy.body_len = c->data.len;
	if (c->policy.method == NULL)
		c->policy.method = "POST";
	if (c->data.json && !headers_have(&c->headers, "Accept") &&
	    headers_add(&c->headers, "Accept: application/json", e) == -1)
		return -1;
	snprintf(header, sizeof header, "Content-Type: %s",
	    request_data_type(&c->data));
	return headers_have(&c->headers, "Content-Type") ? 0 :
	    headers_add(&c->headers, header, e);
}

int
fetch_config_complete(struct fetch_config *c, struct err *e)
{
	if (check(c, e) == -1 || (names_object(c) &&
	    s3_remote_read(&c->remote, &c->s3, e) == -1))
		return -1;
	take_environment(c);
	c->s3.proxy = c->http.proxy;
	if (read_certificates(c, e) == -1 || check_netrc(c, e) == -1 ||
	    read_cookies(c, e) == -1 ||
	    sign_in_add(&c->sign_in, &c->headers, e) == -1 ||
	    oauth_check(&c->oauth, e) == -1)
		return -1;
	if (c->oauth.token_url != NULL && headers_have(&c->headers,
	    "Authorization"))
		return err_set(e, EXIT_USAGE, "--oauth2-token-url and another "
		    "Authorization exclude each other");
	c->policy.retry.attempts = 1 + c->retries;
	if (c->http.connections < c->jobs)
		c->http.connections = c->jobs;
	return c->data.text == NULL ? 0 : complete_data(c, e);
}

void
fetch_config_free(struct fetch_config *c)
{
	headers_free(&c->headers);
	s3_remote_close(&c->remote);
	free(c->filter.include);
	free(c->filter.exclude);
	c->filter.include = c->filter.exclude = NULL;
	request_data_free(&c->data);
	request_data_free(&c->query);
	free(c->proxy);
	free(c->urls);
	trust_free(c->http.trust);
	if (c->http.cert != NULL)
		explicit_bzero(c->http.cert, c->http.cert_len);
	free(c->http.cert);
	if (c->cookies != NULL)
		explicit_bzero(c->cookies, strlen(c->cookies));
	free(c->cookies);
	c->proxy = c->urls = c->http.cert = c->cookies = NULL;
	c->http.trust = NULL;
}
