/* http_policy: rate, deadline, redirects and repetition around http. */
#include "http/http_policy.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/show.h"
#include "http/url.h"

/* Visits. */

void
http_visit_begin(struct http_visit *v, const char *url)
{
	http_visit_end(v);
	*v = (struct http_visit){ .origin = url };
}

void
http_visit_end(struct http_visit *v)
{
	free(v->at);
	*v = (struct http_visit){ 0 };
}

const char *
http_visit_url(const struct http_visit *v)
{
	return v->at != NULL ? v->at : v->origin;
}

/* A pause in ms that is told in any case: whoever looks would think that it
 * hangs. */
enum { LONG_MS = 30 * 1000 };

void
http_policy_begin(struct http_policy *p, const char *url)
{
	http_visit_begin(&p->visit, url);
}

void
http_policy_end(struct http_policy *p)
{
	http_visit_end(&p->visit);
}

int
http_policy_too_late(const char *url, struct err *e)
{
	char shown[256];

	show_url(url, shown, sizeof shown);
	return err_set(e, EXIT_TEMP, "cannot get '%s': the deadline has passed",
	    shown);
}

int64_t
http_policy_turn(struct http_policy *p)
{
	int64_t now = meter_now(), wait = 0;

	if (p->interval_ms > 0 && p->next_start > now)
		wait = p->next_start - now;
	if (p->retry.deadline != 0 && now + wait >= p->retry.deadline)
		return -1;
	p->next_start = now + wait + p->interval_ms;
	return wait;
}

void
http_policy_ask(const struct http_policy *p, struct http_visit *v,
    struct http_call *call)
{
	v->hops = 0;
	call->url = v->origin;
	call->method = p->method != NULL ? p->method : "GET";
	call->body = p->body;
	call->body_len = p->body_len;
}

int
http_policy_equip(const struct http_policy *p, const struct http_visit *v,
    struct http_call *call, const char *const *own, size_t n, const char **all,
    struct err *e)
{
	int same = call->url == v->origin ? 1 :
	    url_same_origin(call->url, v->origin, e);
	size_t at = 0;

	if (same == -1)
		return -1;
	call->anonymous = same == 0;
	for (size_t i = 0; i < p->n_headers && !call->anonymous; i++)
		all[at++] = p->headers[i];
	if (p->authorize != NULL && !call->anonymous &&
	    p->authorize(p->authorize_ctx, &all[at++], &call->authorized,
	    e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		all[at++] = own[i];
	call->headers = all;
	call->n_headers = at;
	call->shun = p->allow_private || !v->arrived ? 0 :
	    ADDRESS_KINDS & ~v->kinds;
	return 0;
}

/* Redirects. */

/* The first URL has been connected to: of what kind is its address? */
static void
note_kind(struct http_visit *v, const struct http_call *call)
{
	struct err e = ERR_NONE;
	char *host;

	if (v->arrived || call->peer[0] == '\0')
		return;
	v->arrived = true;
	if (!call->proxied) {
		v->kinds = address_kind(call->peer);
	} else if ((host = url_host(call->url, &e)) != NULL) {
		v->kinds = address_host_kind(host);
		free(host);
	}
}

static bool
is_redirect(const struct http_call *call)
{
	return (call->end == HTTP_COMPLETE || call->end == HTTP_STOPPED) &&
	    (call->status == 301 || call->status == 302 ||
	    call->status == 303 || call->status == 307 ||
	    call->status == 308) && http_header(call, "Location") != NULL;
}

/* May call, as it is now, go to this URL? */
static int
check_step(const struct http_visit *v, const struct http_call *call,
    const char *to, struct err *e)
{
	char a[256], b[256];
	int same;

	show_url(call->url, a, sizeof a);
	show_url(to, b, sizeof b);
	if (url_is_secure(call->url) && !url_is_secure(to))
		return err_set(e, EXIT_REMOTE, "'%s' redirects to '%s', which "
		    "is not secure", a, b);
	if (call->body == NULL)
		return 0;
	same = url_same_origin(v->origin, to, e);
	if (same == 0)
		return err_set(e, EXIT_REMOTE, "'%s' redirects the data to "
		    "'%s', another origin", a, b);
	return same == -1 ? -1 : 0;
}

/* Moves call to where its answer points (RFC 9110, 15.4). */
static int
step(struct http_visit *v, struct http_call *call, struct err *e)
{
	char *to = url_join(call->url, http_header(call, "Location"), e);
	bool to_get = call->status == 303 || (call->status < 303 &&
	    strcmp(call->method, "POST") == 0);

	if (to == NULL)
		return err_prefix(e, "a redirect");
	if (to_get && strcmp(call->method, "HEAD") != 0) {
		call->method = "GET";
		call->body = NULL;
		call->body_len = 0;
	}
	if (check_step(v, call, to, e) == -1) {
		free(to);
		return -1;
	}
	http_done(call);
	free(v->at);
	v->at = to;
	call->url = to;
	return 1;
}

int
http_policy_follow(const struct http_policy *p, struct http_visit *v,
    struct http_call *call, struct err *e)
{
	char shown[256];

	if (v->hops == 0)
		note_kind(v, call);
	if (!is_redirect(call))
		return 0;
	if (v->hops++ < p->max_redirects)
		return step(v, call, e);
	show_url(call->url, shown, sizeof shown);
	return err_set(e, EXIT_REMOTE, "'%s' redirects although %u redirects "
	    "have been followed", shown, p->max_redirects);
}

int
http_policy_run(struct http_policy *p, struct http *http,
    struct http_call *call, struct err *e)
{
	int64_t left = -1, wait = http_policy_turn(p);

	if (wait < 0)
		return http_policy_too_late(call->url, e);
	(void)http_sleep(http, wait, -1, e);	/* without a stop: 0 */
	if (http_start(http, call, e) == -1)
		return -1;
	p->requests++;
	for (;;) {
		if (p->retry.deadline != 0) {
			left = p->retry.deadline - meter_now();
			if (left <= 0) {
				http_cancel(http, call);
				return http_policy_too_late(call->url, e);
			}
		}
		if (http_wait(http, left > INT_MAX ? INT_MAX : (int)left,
		    NULL, 0) == call)
			return 0;
	}
}

/* call->url may be where an earlier call was led to. */
static int
keep_url(struct http_visit *v, struct http_call *call, struct err *e)
{
	char *copy = strdup(call->url);

	if (copy == NULL)
		return err_memory(e);
	free(v->at);
	v->at = copy;
	call->url = copy;
	return 0;
}

bool
http_policy_renew(const struct http_policy *p, const struct http_call *call)
{
	return call->status == 401 && !call->anonymous && p->renew != NULL &&
	    p->renew(p->authorize_ctx, call->authorized);
}

int
http_policy_perform(struct http_policy *p, struct http_call *call,
    struct err *e)
{
	const char *own[HTTP_POLICY_OWN];
	const char *all[HTTP_POLICY_HEADERS + HTTP_POLICY_OWN];
	struct http_visit *v = &p->visit;
	size_t n = call->n_headers;
	bool renewed = false;
	int r;

	for (size_t i = 0; i < n; i++)
		own[i] = call->headers[i];
	call->slot = NULL;
	if (keep_url(v, call, e) == -1)
		return -1;
	http_policy_ask(p, v, call);
	call->url = v->at;
	do {
		r = http_policy_equip(p, v, call, own, n, all, e) == -1 ? -1 :
		    http_policy_run(p, p->http, call, e);
		call->headers = NULL;
		call->n_headers = 0;
		if (r == 0 && !renewed && http_policy_renew(p, call)) {
			http_done(call);
			renewed = true;
			r = 1;
		} else if (r == 0) {
			r = http_policy_follow(p, v, call, e);
		}
	} while (r == 1);
	return r;
}

int
http_policy_failure(const struct http_call *call, const char *what,
    struct err *e)
{
	char shown[256];
	enum exit_code code = EXIT_REMOTE;

	show_url(call->url, shown, sizeof shown);
	if (call->end != HTTP_COMPLETE && call->end != HTTP_STOPPED) {
		if (call->end == HTTP_NO_MEMORY)
			return err_memory(e);
		if (call->end == HTTP_UNTRUSTED)
			code = EXIT_AUTH;
		else if (retry_worth_call(call))
			code = EXIT_TEMP;
		return err_set(e, code, "cannot get %s'%s': %s", what, shown,
		    call->why);
	}
	if (retry_worth_call(call))
		code = EXIT_TEMP;
	else if (call->status == 401 || call->status == 403 ||
	    call->status == 407)
		code = EXIT_AUTH;
	return err_set(e, code, "cannot get %s'%s': HTTP status %d", what,
	    shown, call->status);
}

int64_t
http_policy_pause(struct http_policy *p, unsigned made,
    const struct http_call *call, struct err *e)
{
	int64_t wait = retry_next(&p->retry, made, call);

	if (wait < 0) {
		if (made < p->retry.attempts) {
			err_class(e, EXIT_TEMP);
			return err_prefix(e, "the deadline has come after "
			    "attempt %u", made);
		}
		if (made > 1)
			return err_prefix(e, "gave up after %u attempts",
			    made);
		return -1;
	}
	if (p->verbose || (wait >= LONG_MS && !p->quiet))
		diag_say("%s; attempt %u follows in %.1f s", e->text, made + 1,
		    (double)wait / 1000);
	p->retries++;
	if (p->meter != NULL)
		atomic_fetch_add(&p->meter->retries, 1);
	return wait;
}

int
http_policy_again(struct http_policy *p, unsigned made,
    const struct http_call *call, struct err *e)
{
	int64_t wait = http_policy_pause(p, made, call, e);

	if (wait < 0)
		return -1;
	return http_sleep(p->http, wait, -1, e);
}
