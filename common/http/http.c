/*
 * http: a thin layer over libcurl's multi interface.
 *
 * What libcurl 7.88 does by default and this module changes:
 *  - paths with dots are rewritten (CURLOPT_PATH_AS_IS), which would break
 *    signatures; a URL without a scheme is guessed;
 *  - bodies over 1 MiB wait a second for "100 Continue" (Expect);
 *  - a transfer has no time limit of any kind, and its low-speed limit counts
 *    in whole seconds and goes on while a callback of ours blocks on a pipe.
 *    So a stall is measured here: the time in poll and in libcurl since a call
 *    last got on.  What libcurl swallows without telling, such as the extension
 *    of a chunk, is no progress, however much of it comes;
 *  - with NOSIGNAL, which threads need, nothing keeps SIGPIPE away;
 *  - header lines are limited one by one, their sum only in newer versions;
 *  - an empty value deletes a header, where "Name;" sends it;
 *  - it parses all certificates of the system, see find_bundle() and trust.h.
 * A reused connection that turns out to be dead before the first byte of the
 * answer is replaced by libcurl itself; the body is in memory, so seek_body() in
 * http_request.c makes that safe.
 */
#define _GNU_SOURCE		/* explicit_bzero */
#include "http/http_slot.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/x509_vfy.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/meter.h"
#include "http/trust.h"

enum {
	/* Descriptors that http_wait takes.  Callers have one or two (a stop
	 * descriptor, an input); the rest of a larger array is not looked at. */
	EXTRA_MAX = 16,
	/* Two lost SYNs are repeated after 1 s and 3 s; who has not answered
	 * the third after 10 s is most often not there. */
	CONNECT_MS = 10 * 1000,
	/* Proxies and load balancers give up on a silent server after 60 s;
	 * sooner would cut slow queries off, later would only wait for nobody. */
	STALL_MS = 60 * 1000,
	/* Kept alive: enough for those who name no number, as each keeps
	 * buffers and, with TLS, its state. */
	CONNECTIONS = 8,
	/* Bytes that libcurl takes in one header line (CURL_MAX_HTTP_HEADER). */
	HEADER_LINE = 100 * 1024
};

/* Lives of calls. */

/* Takes the call away from libcurl; only the answer's headers stay. */
static void
detach(struct http_slot *s)
{
	struct http_slot **at;

	if (s->http == NULL)
		return;
	for (at = &s->http->active; *at != NULL; at = &(*at)->next)
		if (*at == s) {
			*at = s->next;
			break;
		}
	if (s->easy != NULL) {
		curl_multi_remove_handle(s->http->multi, s->easy);
		curl_easy_cleanup(s->easy);
	}
	for (struct curl_slist *l = s->sending; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(s->sending);
	s->easy = NULL;
	s->sending = NULL;
	s->http = NULL;
}

/* libcurl ends a header line that it finds too long as if memory ran out.  That
 * can only be while the head comes in; and then there is memory. */
static bool
is_line_too_long(const struct http_slot *s)
{
	curl_off_t began = 0;
	void *room;

	curl_easy_getinfo(s->easy, CURLINFO_STARTTRANSFER_TIME_T, &began);
	if (began == 0 || s->head_done)
		return false;
	room = malloc(HEADER_LINE);
	free(room);
	return room != NULL;
}

/* A certificate could not be checked for lack of memory: not the server's fault. */
static bool
is_check_without_memory(const struct http_slot *s)
{
	long result = X509_V_OK;

	curl_easy_getinfo(s->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	return result == X509_V_ERR_OUT_OF_MEM;
}

static enum http_end
end_of(const struct http_slot *s, CURLcode code)
{
	if (s->stopped)
		return HTTP_STOPPED;
	if (s->no_memory)
		return HTTP_NO_MEMORY;
	if (s->refused)
		return HTTP_REFUSED;
	switch (code) {
	case CURLE_OK:
		return HTTP_COMPLETE;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PROXY:
		return s->shunned[0] != '\0' ? HTTP_REFUSED :
		    HTTP_NO_CONNECTION;
	case CURLE_PEER_FAILED_VERIFICATION:
		return is_check_without_memory(s) ? HTTP_NO_MEMORY :
		    HTTP_UNTRUSTED;
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_UNTRUSTED;
	case CURLE_OPERATION_TIMEDOUT:
		return s->connected ? HTTP_BROKEN : HTTP_NO_CONNECTION;
	case CURLE_PARTIAL_FILE:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_SSL_SHUTDOWN_FAILED:
		return HTTP_BROKEN;
	case CURLE_OUT_OF_MEMORY:
		return is_line_too_long(s) ? HTTP_REFUSED : HTTP_NO_MEMORY;
	default:
		return HTTP_REFUSED;
	}
}

static void
ended(struct http_slot *s, CURLcode code)
{
	struct http_call *call = s->call;

	http_note_peer(s);
	call->end = end_of(s, code);
	http_check_cookies(s);
	if (call->end == HTTP_REFUSED && s->shunned[0] != '\0')
		http_refuse(s, "%s is an address of this machine, its link or "
		    "its cloud", s->shunned);
	/* libcurl takes a connection that closes among the header lines for
	 * the end of an answer without a body. */
	if (call->end == HTTP_COMPLETE && !s->head_done) {
		call->end = HTTP_BROKEN;
		snprintf(s->error, sizeof s->error,
		    "the head of the answer ends early");
	}
	if (call->end == HTTP_STOPPED)
		snprintf(call->why, sizeof call->why, "stopped");
	else if (call->end == HTTP_NO_MEMORY)
		snprintf(call->why, sizeof call->why, "out of memory");
	else if (code == CURLE_OUT_OF_MEMORY && !s->refused)
		snprintf(call->why, sizeof call->why, "a header line is too "
		    "long, or there is no memory for it");
	else if (call->end != HTTP_COMPLETE && !s->refused)
		snprintf(call->why, sizeof call->why, "%s", s->error[0] != '\0'
		    ? s->error : curl_easy_strerror(code));
	http_mask_said(s);
	if (s->http->config.verbose && call->end != HTTP_COMPLETE)
		diag_say("< %s", call->why);
	detach(s);
}

/* Counts the time since it last did; all calls wait at the same time. */
static void
count_waiting(struct http *h)
{
	int64_t now = meter_now(), spent = now - h->clock - h->blocked;

	for (struct http_slot *s = h->active; s != NULL; s = s->next) {
		s->waited = s->moved || s->paused ? 0 :
		    s->waited + (spent > 0 ? spent : 0);
		s->moved = false;
	}
	h->clock = now;
	h->blocked = 0;
}

/* No byte for too long, or too many small ones; s->error says which. */
static bool
stalled(struct http_slot *s)
{
	const struct http_config *c = &s->http->config;

	if (!s->connected)
		return false;
	if (s->waited >= c->stall_ms)
		snprintf(s->error, sizeof s->error, "no data for %.1f s",
		    (double)c->stall_ms / 1000);
	else if (c->answer_ms != 0 && meter_now() - s->asked >= c->answer_ms)
		snprintf(s->error, sizeof s->error, "no whole answer in %.1f s",
		    (double)c->answer_ms / 1000);
	else
		return false;
	return true;
}

/* A call that libcurl has finished, taken from it; NULL when there is none. */
static struct http_call *
take_ended(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		struct http_slot *s = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&s);
		ended(s, code);
		return s->call;
	}
	return NULL;
}

/* One that makes no progress, or could not be resumed. */
static struct http_call *
take_stuck(struct http *h)
{
	for (struct http_slot *s = h->active; s != NULL; s = s->next)
		if (s->resumed != CURLE_OK || stalled(s)) {
			ended(s, s->resumed != CURLE_OK ? s->resumed :
			    CURLE_RECV_ERROR);
			return s->call;
		}
	return NULL;
}

/* The longest that poll may take before a call counts as stalled. */
static int64_t
until_stall(const struct http *h, int64_t left)
{
	int64_t now = meter_now();

	for (const struct http_slot *s = h->active; s != NULL; s = s->next) {
		if (s->connected && h->config.stall_ms - s->waited < left)
			left = h->config.stall_ms - s->waited;
		if (s->connected && h->config.answer_ms != 0 &&
		    h->config.answer_ms - (now - s->asked) < left)
			left = h->config.answer_ms - (now - s->asked);
	}
	return left > 0 ? left : 0;
}

/* Sleeps until something happens; true when an extra descriptor is ready. */
static bool
wait_for_events(struct http *h, int64_t ms, struct pollfd *extra, unsigned n)
{
	struct curl_waitfd fds[EXTRA_MAX];
	bool ready = false;

	for (unsigned i = 0; i < n; i++)
		fds[i] = (struct curl_waitfd){ .fd = extra[i].fd, .events =
		    (short)((extra[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
		    (extra[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0)) };
	curl_multi_poll(h->multi, fds, n, (int)ms, NULL);
	count_waiting(h);
	for (unsigned i = 0; i < n; i++) {
		extra[i].revents = (short)
		    ((fds[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
		    (fds[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
		ready |= extra[i].revents != 0;
	}
	return ready;
}

/* libcurl's own default is a file, and beside it a directory with the same
 * certificates, which it would parse all, for some connections again (0.8 MiB and
 * 20 ms).  NULL: there is no such file. */
static const char *
find_bundle(void)
{
	const char *file = curl_version_info(CURLVERSION_NOW)->cainfo;

	return file != NULL && access(file, R_OK) == 0 ? file : NULL;
}

/* The interface. */

struct http *
http_new(const struct http_config *config, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	/* libcurl does not look how OpenSSL's set-up ends, and without its
	 * default context OpenSSL 3.0 crashes when it is used. */
	if (h == NULL || OSSL_LIB_CTX_get0_global_default() == NULL ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(h);
		err_set(e, EXIT_INTERNAL, "cannot set up libcurl");
		return NULL;
	}
	h->config = *config;
	if (h->config.connect_ms == 0)
		h->config.connect_ms = CONNECT_MS;
	if (h->config.stall_ms == 0)
		h->config.stall_ms = STALL_MS;
	if (h->config.connections == 0)
		h->config.connections = CONNECTIONS;
	if (h->config.headers == 0)
		h->config.headers = HTTP_HEADERS;
	h->trust = config->trust;
	if (h->trust == NULL)
		h->bundle = find_bundle();
	if (h->config.user_agent == NULL)
		h->config.user_agent = "mempipe/" VERSION;
	h->multi = curl_multi_init();
	if (config->cookies && ((h->jar = curl_share_init()) == NULL ||
	    curl_share_setopt(h->jar, CURLSHOPT_SHARE,
	    CURL_LOCK_DATA_COOKIE) != CURLSHE_OK)) {
		http_free(h);
		err_memory(e);
		return NULL;
	}
	if (h->multi == NULL || curl_multi_setopt(h->multi,
	    CURLMOPT_MAXCONNECTS, (long)h->config.connections) != CURLM_OK) {
		http_free(h);
		err_set(e, EXIT_INTERNAL, "cannot set up libcurl");
		return NULL;
	}
	sigaction(SIGPIPE, &ignore, NULL);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	while (h->active != NULL)
		http_cancel(h, h->active->call);
	if (h->multi != NULL)
		curl_multi_cleanup(h->multi);
	trust_free(h->system);
	if (h->jar != NULL)
		curl_share_cleanup(h->jar);
	free(h);
	curl_global_cleanup();
}

int
http_start(struct http *h, struct http_call *call, struct err *e)
{
	struct http_slot *s = calloc(1, sizeof *s);

	call->slot = s;
	call->end = HTTP_STOPPED;
	call->status = 0;
	call->length = -1;
	call->framed = call->reached = false;
	call->received = call->sent = 0;
	call->proxied = false;
	call->why[0] = call->peer[0] = '\0';
	if (s == NULL)
		return err_memory(e);
	s->http = h;
	s->call = call;
	s->next = h->active;
	h->active = s;
	if (http_set_up(s, e) == 0) {
		if (curl_multi_add_handle(h->multi, s->easy) == CURLM_OK)
			return 0;
		err_set(e, EXIT_INTERNAL, "cannot start a request");
	}
	detach(s);
	http_done(call);
	return -1;
}

struct http_call *
http_wait(struct http *h, int ms, struct pollfd *extra, unsigned n)
{
	int64_t end = ms < 0 ? INT64_MAX : meter_now() + ms;
	struct http_call *call;
	int running;

	if (n > EXTRA_MAX)
		n = EXTRA_MAX;
	for (unsigned i = 0; i < n; i++)
		extra[i].revents = 0;
	h->clock = meter_now();
	h->blocked = 0;
	for (;;) {
		int64_t left;

		curl_multi_perform(h->multi, &running);
		count_waiting(h);
		if ((call = take_ended(h)) != NULL ||
		    (call = take_stuck(h)) != NULL)
			return call;
		if (h->woken || (h->active == NULL && n == 0 && ms < 0)) {
			h->woken = false;
			return NULL;
		}
		left = ms < 0 ? INT_MAX : end - meter_now();
		if (left <= 0)
			return NULL;
		if (wait_for_events(h, until_stall(h, left), extra, n))
			return NULL;
	}
}

void
http_wake(struct http *h)
{
	h->woken = true;
}

int
http_run(struct http *h, struct http_call *call, int stop, struct err *e)
{
	struct pollfd fd = { stop, POLLIN, 0 };

	if (http_start(h, call, e) == -1)
		return -1;
	while (http_wait(h, -1, &fd, stop >= 0) != call)
		if (fd.revents != 0) {
			http_cancel(h, call);
			return err_set(e, EXIT_TEMP, "stopped");
		}
	return 0;
}

int
http_sleep(struct http *h, int64_t ms, int stop, struct err *e)
{
	struct pollfd fd = { stop, POLLIN, 0 };
	int64_t end = meter_now() + ms;

	while ((ms = end - meter_now()) > 0) {
		http_wait(h, ms > INT_MAX ? INT_MAX : (int)ms, &fd, stop >= 0);
		if (fd.revents != 0)
			return err_set(e, EXIT_TEMP, "stopped");
	}
	return 0;
}

void
http_resume(struct http_call *call)
{
	struct http_slot *s = call->slot;

	if (s == NULL || s->http == NULL || !s->paused)
		return;
	s->paused = false;
	s->moved = true;
	/* libcurl does not end a call whose callback refuses the bytes that it
	 * has kept for it. */
	s->resumed = curl_easy_pause(s->easy, CURLPAUSE_CONT);
}

void
http_cancel(struct http *h, struct http_call *call)
{
	(void)h;
	if (call->slot == NULL || call->slot->http == NULL)
		return;
	call->end = HTTP_STOPPED;
	snprintf(call->why, sizeof call->why, "stopped");
	detach(call->slot);
}

void
http_done(struct http_call *call)
{
	struct http_slot *s = call->slot;

	if (s == NULL)
		return;
	http_cancel(s->http, call);
	free(s->headers);
	free(s);
	call->slot = NULL;
}
