/* oauth: one small request, its answer, and when to ask again. */
#define _GNU_SOURCE	/* explicit_bzero */
#include "fetch/oauth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/meter.h"
#include "base/window.h"
#include "fetch/refusal.h"
#include "fetch/sign_in.h"
#include "http/http_policy.h"
#include "http/show.h"
#include "http/url.h"
#include "json/json.h"

enum {
	ANSWER_MAX = 64 * 1024,	/* bytes; tokens have one to four thousand */
	ATTEMPTS = 4,		/* with pauses of two seconds at most */
	EARLY_MS = 30 * 1000,	/* before its end: a request takes some time */
	LONGEST_S = 24 * 60 * 60	/* a token is not used longer */
};

struct oauth {
	const struct oauth_config *config;
	struct http_policy policy;
	struct headers headers;
	char *form;		/* the request's body */
	char *header;		/* "Authorization: …"; NULL: none so far */
	int64_t due;		/* monotonic ms; 0: the answer did not say */
	unsigned number;	/* of the token: the first is 1 */
	unsigned uses;		/* requests that had it */
};

int
oauth_check(const struct oauth_config *c, struct err *e)
{
	bool any = c->client_id != NULL || c->secret_env != NULL ||
	    c->secret_file != NULL || c->scope != NULL || c->n_params > 0;

	if (c->token_url == NULL)
		return !any ? 0 : err_set(e, EXIT_USAGE, "--oauth2-token-url "
		    "is missing");
	if (c->client_id == NULL ||
	    (c->secret_env == NULL) == (c->secret_file == NULL))
		return err_set(e, EXIT_USAGE, "--oauth2-token-url needs "
		    "--oauth2-client-id, and one of --oauth2-secret-env and "
		    "--oauth2-secret-file");
	for (size_t i = 0; i < c->n_params; i++)
		if (strchr(c->params[i], '=') == NULL ||
		    *c->params[i] == '=')
			return err_set(e, EXIT_USAGE, "--oauth2-param is "
			    "name=value");
	return url_check(c->token_url, EXIT_USAGE, e);
}

/* The form. */

/* Adds "&name=value", encoded as queries and forms are; name ends at len. */
static int
add(char **form, const char *name, size_t len, const char *value,
    struct err *e)
{
	char *key = strndup(name, len), *longer;

	if (key == NULL)
		return err_memory(e);
	longer = url_query_set(*form == NULL ? "" : *form, key, value, e);
	free(key);
	sign_in_wipe(*form);
	*form = longer;
	return longer == NULL ? -1 : 0;
}

static int
add_all(struct oauth *o, const char *secret, struct err *e)
{
	const struct oauth_config *c = o->config;

	if (add(&o->form, "grant_type", 10, "client_credentials", e) == -1 ||
	    (c->scope != NULL && add(&o->form, "scope", 5, c->scope, e) == -1))
		return -1;
	for (size_t i = 0; i < c->n_params; i++) {
		const char *value = strchr(c->params[i], '=');

		if (add(&o->form, c->params[i],
		    (size_t)(value - c->params[i]), value + 1, e) == -1)
			return -1;
	}
	if (!c->in_body)
		return 0;
	return add(&o->form, "client_id", 9, c->client_id, e) == -1 ? -1 :
	    add(&o->form, "client_secret", 13, secret, e);
}

/* RFC 6749, 2.3.1: each encoded as in forms before Basic joins them. */
static char *
encoded(const char *text, struct err *e)
{
	char *query = url_query_set("", "x", text, e), *copy = NULL;

	if (query != NULL && (copy = strdup(query + strlen("?x="))) == NULL)
		err_memory(e);
	sign_in_wipe(query);
	return copy;
}

static int
add_basic(struct oauth *o, const char *secret, struct err *e)
{
	char *user = encoded(o->config->client_id, e);
	char *password = user == NULL ? NULL : encoded(secret, e);
	char *basic = password == NULL ? NULL : sign_in_basic(user, password);
	char *header = NULL;
	int r = -1;

	if (password != NULL && basic == NULL)
		err_memory(e);
	if (basic != NULL) {
		size_t size = strlen(basic) + sizeof "Authorization: ";

		header = malloc(size);
		if (header != NULL)
			snprintf(header, size, "Authorization: %s", basic);
		r = header == NULL ? err_memory(e) :
		    headers_add(&o->headers, header, e);
	}
	sign_in_wipe(user);
	sign_in_wipe(password);
	sign_in_wipe(basic);
	sign_in_wipe(header);
	return r;
}

static int
prepare(struct oauth *o, struct err *e)
{
	const struct oauth_config *c = o->config;
	size_t len;
	char *secret = sign_in_secret("--oauth2-secret", c->secret_env,
	    c->secret_file, &len, e);
	int r;

	if (secret == NULL)
		return -1;
	r = add_all(o, secret, e);
	if (r == 0 && !c->in_body)
		r = add_basic(o, secret, e);
	sign_in_wipe(secret);
	if (r == 0 && (headers_add(&o->headers, "Content-Type: "
	    "application/x-www-form-urlencoded", e) == -1 ||
	    headers_add(&o->headers, "Accept: application/json", e) == -1))
		r = -1;
	return r;
}

struct oauth *
oauth_open(const struct oauth_config *c, const struct http_config *http,
    int64_t deadline, struct err *e)
{
	struct http_config own = *http;
	struct oauth *o = calloc(1, sizeof *o);

	if (o == NULL) {
		err_memory(e);
		return NULL;
	}
	o->config = c;
	own.connections = 1;
	own.cookies = false;
	own.netrc = NULL;
	if (prepare(o, e) == -1 ||
	    (o->policy.http = http_new(&own, e)) == NULL) {
		oauth_close(o);
		return NULL;
	}
	o->policy.method = "POST";
	o->policy.body = o->form + 1;	/* without the question mark */
	o->policy.body_len = strlen(o->form + 1);
	o->policy.headers = (const char *const *)o->headers.text;
	o->policy.n_headers = o->headers.n;
	o->policy.retry = (struct retry_policy){ .attempts = ATTEMPTS,
		.base_ms = 500, .cap_ms = 2000, .deadline = deadline };
	return o;
}

void
oauth_close(struct oauth *o)
{
	if (o == NULL)
		return;
	http_free(o->policy.http);
	headers_free(&o->headers);
	http_policy_end(&o->policy);
	sign_in_wipe(o->form);
	sign_in_wipe(o->header);
	free(o);
}

/* The answer. */

static int
keep_token(struct oauth *o, const struct json_want *token, struct err *e)
{
	static const char name[] = "Authorization: Bearer ";
	size_t size = sizeof name + token->len;

	for (size_t i = 0; i < token->len; i++)
		if (token->text[i] <= ' ' || token->text[i] > '~')
			return err_set(e, EXIT_AUTH, "the token holds a blank, "
			    "or what is not ASCII");
	sign_in_wipe(o->header);
	o->header = malloc(size);
	if (o->header == NULL)
		return err_memory(e);
	snprintf(o->header, size, "%s%s", name, token->text);
	o->number++;
	o->uses = 0;
	return 0;
}

static int
read_answer(struct oauth *o, struct window *answer, struct err *e)
{
	enum { TOKEN, TYPE, LIFE, WANTS };
	struct json_want w[WANTS] = { [TOKEN] = { .path = "access_token" },
		[TYPE] = { .path = "token_type" },
		[LIFE] = { .path = "expires_in" } };
	uint64_t life;
	int64_t ms;
	int r = json_pick(window_bytes(answer), window_size(answer), w, WANTS,
	    e);

	if (r == -1) {
		err_class(e, EXIT_REMOTE);
	} else if (w[TOKEN].type != JSON_STRING || w[TOKEN].len == 0 ||
	    strlen(w[TOKEN].text) != w[TOKEN].len) {
		r = err_set(e, EXIT_AUTH, "it gives no access_token");
	} else if (w[TYPE].text != NULL &&
	    strcasecmp(w[TYPE].text, "bearer") != 0) {
		r = err_set(e, EXIT_AUTH, "its token is of the type '%.64s', "
		    "not Bearer", w[TYPE].text);
	} else if ((r = keep_token(o, &w[TOKEN], e)) == 0) {
		o->due = 0;
		if (json_want_number(&w[LIFE], &life)) {
			ms = life > LONGEST_S ? LONGEST_S * 1000LL :
			    (int64_t)life * 1000;
			/* Of a short life the second half is left. */
			o->due = meter_now() + (ms / 2 < EARLY_MS ? ms / 2 :
			    ms - EARLY_MS);
		}
	}
	if (w[TOKEN].text != NULL)
		explicit_bzero(w[TOKEN].text, w[TOKEN].len);
	json_want_free(w, WANTS);
	return r;
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	return call->status == 200 ? window_write(call->ctx, data, len) : 0;
}

/* 0, 1 worth another attempt, -1. */
static int
judge(struct oauth *o, struct window *answer,
    const struct http_call *call, struct err *e)
{
	if (call->end == HTTP_COMPLETE && call->status == 200)
		return read_answer(o, answer, e);
	refusal(call, "a token from ", e);
	/* 400 is how an endpoint refuses a client (RFC 6749, 5.2). */
	if (call->end == HTTP_COMPLETE && call->status == 400)
		err_class(e, EXIT_AUTH);
	return retry_worth_call(call) ? 1 : -1;
}

static int
ask(struct oauth *o, struct window *answer, struct err *e)
{
	const char *url = o->config->token_url;
	unsigned made = 0;
	int r = 1;

	while (r == 1) {
		struct http_call call = { .url = url, .on_body = collect,
		    .ctx = answer };

		window_rewind(answer);
		http_policy_begin(&o->policy, url);
		r = http_policy_perform(&o->policy, &call, e);
		if (r == 0)
			r = judge(o, answer, &call, e);
		if (r == 1 && http_policy_again(&o->policy, ++made, &call, e) ==
		    -1)
			r = -1;
		http_done(&call);
	}
	return r;
}

static int
fetch_token(struct oauth *o, struct err *e)
{
	struct window answer;
	int r;

	/* All of it at once, as a window that grows leaves copies behind. */
	if (window_init(&answer, ANSWER_MAX) != 0 ||
	    window_reserve(&answer, ANSWER_MAX) != 0) {
		window_free(&answer);
		return err_memory(e);
	}
	r = ask(o, &answer, e);
	explicit_bzero((void *)(uintptr_t)window_bytes(&answer),
	    window_size(&answer));
	window_free(&answer);
	return r == 0 ? 0 : err_prefix(e, "OAuth");
}

int
oauth_header(void *oauth, const char **header, unsigned *number,
    struct err *e)
{
	struct oauth *o = oauth;

	if ((o->header == NULL || (o->due != 0 && meter_now() >= o->due)) &&
	    fetch_token(o, e) == -1)
		return -1;
	o->uses++;
	*header = o->header;
	*number = o->number;
	return 0;
}

/* Requests that were under way with a token find out one after the other that it
 * is not good any more: the first of them drops it. */
bool
oauth_renew(void *oauth, unsigned number)
{
	struct oauth *o = oauth;

	if (o->header == NULL || number != o->number)
		return true;
	if (o->uses <= 1)
		return false;
	sign_in_wipe(o->header);
	o->header = NULL;
	return true;
}
