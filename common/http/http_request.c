/* http: what goes out: the method, headers and body of a call, given to
 * libcurl. */
#include "http/http_slot.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/meter.h"
#include "http/address.h"
#include "http/proxy.h"
#include "http/show.h"
#include "http/trust.h"
#include "http/url.h"

/*
 * Bytes of libcurl's buffers for a connection.  Larger than _MOST makes no
 * transfer faster, as a socket rarely has more to give at once; smaller than
 * _LEAST costs system calls (16 KiB is also a whole record of TLS).  With many
 * connections each has less to carry, so that all together take _ALL at most,
 * which the formulas of the manuals count on.  What is sent comes from memory and
 * may be larger: libcurl's default of 64 KiB is the least.
 */
enum {
	RECEIVE_MOST = 128 * 1024, RECEIVE_LEAST = 16 * 1024,
	RECEIVE_ALL = 2 << 20,
	SEND_MOST = 256 * 1024, SEND_LEAST = 64 * 1024, SEND_ALL = 4 << 20
};

static long
share(unsigned connections, long all, long least, long most)
{
	long each = all / (long)connections;

	return each > most ? most : each < least ? least : each;
}

static void
say_request(const struct http_slot *s)
{
	char shown[1024];

	show_url(s->call->url, shown, sizeof shown);
	diag_say("> %s %s", s->call->method, shown);
	for (size_t i = 0; i < s->call->n_headers; i++)
		http_say_header(">", s->call->headers[i]);
}

static size_t
give_body(char *to, size_t one, size_t room, void *ctx)
{
	struct http_slot *s = ctx;
	struct http_call *call = s->call;
	size_t left = call->body_len - (size_t)call->sent;
	size_t n = one * room < left ? one * room : left;

	s->moved = true;
	s->asked = meter_now();
	if (n > 0)
		memcpy(to, (const char *)call->body + call->sent, n);
	call->sent += n;
	return n;
}

static int
seek_body(void *ctx, curl_off_t offset, int origin)
{
	struct http_slot *s = ctx;

	if (origin != SEEK_SET || offset < 0 ||
	    (uint64_t)offset > s->call->body_len)
		return CURL_SEEKFUNC_FAIL;
	s->call->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* Is the address, if it is the server's, one that is not spoken to? */
static bool
is_shunned(struct http_slot *s, const char *address)
{
	if (s->call->proxied || (address_kind(address) & s->call->shun) == 0)
		return false;
	snprintf(s->shunned, sizeof s->shunned, "%s", address);
	return true;
}

/* A connection is about to be made, to one of the addresses of a name. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	const struct sockaddr_storage *at = (const void *)&to->addr;
	const void *bytes = at->ss_family == AF_INET6 ?
	    (const void *)&((const struct sockaddr_in6 *)at)->sin6_addr :
	    (const void *)&((const struct sockaddr_in *)at)->sin_addr;
	char text[INET6_ADDRSTRLEN];

	(void)purpose;
	if ((to->family == AF_INET || to->family == AF_INET6) &&
	    inet_ntop(to->family, bytes, text, sizeof text) != NULL &&
	    is_shunned(ctx, text))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* The connection stands (TCP and TLS): from here on a silence is a stall. */
static int
on_connected(void *ctx, char *peer, char *local, int peer_port,
    int local_port)
{
	struct http_slot *s = ctx;

	(void)local;
	(void)peer_port;
	(void)local_port;
	s->connected = s->moved = true;
	s->asked = meter_now();
	snprintf(s->call->peer, sizeof s->call->peer, "%s", peer);
	s->call->reached = !is_shunned(s, peer);
	return s->call->reached ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* RFC 9110 5.1, 5.5: a token, a colon, no control byte but the tab. */
static bool
header_valid(const char *h)
{
	size_t name = strspn(h, "!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	if (name == 0 || h[name] != ':')
		return false;
	for (h += name + 1; *h != '\0'; h++)
		if (((unsigned char)*h < ' ' && *h != '\t') || *h == 0x7f)
			return false;
	return true;
}

static int
append_header(struct http_slot *s, const char *header)
{
	struct curl_slist *longer = curl_slist_append(s->sending, header);

	if (longer == NULL)
		return -1;
	s->sending = longer;
	return 0;
}

/* Copies a header for libcurl; an empty value is spelt "Name;". */
static int
add_header(struct http_slot *s, const char *header)
{
	size_t name = strcspn(header, ":");
	char *empty;
	int r;

	if (header[name + 1 + strspn(header + name + 1, " \t")] != '\0')
		return append_header(s, header);
	empty = malloc(name + 2);
	if (empty == NULL)
		return -1;
	memcpy(empty, header, name);
	memcpy(empty + name, ";", 2);
	r = append_header(s, empty);
	free(empty);
	return r;
}

static int
set_headers(struct http_slot *s, struct err *e)
{
	const struct http_call *call = s->call;
	bool expect = false;

	for (size_t i = 0; i < call->n_headers; i++) {
		const char *h = call->headers[i];

		if (!header_valid(h))
			return err_set(e, EXIT_USAGE, "malformed header '%.*s'",
			    (int)strcspn(h, ":\r\n"), h);
		expect |= strncasecmp(h, "Expect:", 7) == 0;
		if (add_header(s, h) == -1)
			return err_memory(e);
	}
	if (!expect && append_header(s, "Expect:") == -1)
		return err_memory(e);
	return 0;
}

/* true when libcurl took every option so far */
#define SET(option, value) \
	(curl_easy_setopt(s->easy, CURLOPT_##option, (value)) == CURLE_OK)

static bool
set_method(struct http_slot *s)
{
	const struct http_call *call = s->call;
	bool posts = strcmp(call->method, "POST") == 0 ||
	    strcmp(call->method, "PUT") == 0;

	if (call->body != NULL || posts)
		return SET(UPLOAD, 1L) &&
		    SET(INFILESIZE_LARGE, (curl_off_t)call->body_len) &&
		    SET(READFUNCTION, give_body) && SET(READDATA, s) &&
		    SET(SEEKFUNCTION, seek_body) && SET(SEEKDATA, s) &&
		    SET(UPLOAD_BUFFERSIZE, share(s->http->config.connections,
		    SEND_ALL, SEND_LEAST, SEND_MOST)) &&
		    SET(CUSTOMREQUEST, call->method);
	if (strcmp(call->method, "HEAD") == 0)
		return SET(NOBODY, 1L);
	return SET(HTTPGET, 1L) && (strcmp(call->method, "GET") == 0 ||
	    SET(CUSTOMREQUEST, call->method));
}

static bool
has_header(const struct http_call *call, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < call->n_headers; i++)
		if (strncasecmp(call->headers[i], name, n) == 0 &&
		    call->headers[i][n] == ':')
			return true;
	return false;
}

/* Who servers are checked with, before the first connection that is checked. */
static int
load_trust(struct http_slot *s, struct err *e)
{
	struct http *h = s->http;

	if (!url_is_secure(s->call->url) && !s->call->proxied)
		return 0;
	if (h->trust == NULL && h->bundle != NULL)
		h->trust = h->system = trust_read(h->bundle, e);
	if (h->trust == NULL)
		return h->bundle == NULL ? 0 : -1;
	return trust_load(h->trust, e);
}

/* libcurl's callback before a handshake. */
static CURLcode
use_trust(CURL *easy, void *ssl_ctx, void *trust)
{
	(void)easy;
	trust_use(trust, ssl_ctx);
	return CURLE_OK;
}

static bool
set_connection(struct http_slot *s)
{
	const struct http_config *c = &s->http->config;
	struct curl_blob cert = { .data = c->cert,
		.len = c->cert_len, .flags = CURL_BLOB_NOCOPY };

	return SET(NOSIGNAL, 1L) && SET(PROTOCOLS_STR, "http,https") &&
	    SET(FOLLOWLOCATION, 0L) && SET(PATH_AS_IS, 1L) &&
	    SET(CONNECTTIMEOUT_MS, c->connect_ms) &&
	    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	    SET(HTTP_VERSION, (long)(!c->http2 ? CURL_HTTP_VERSION_1_1 :
	    CURL_HTTP_VERSION_2TLS)) &&
	    SET(PIPEWAIT, c->http2 ? 1L : 0L) && SET(TCP_KEEPALIVE, 1L) &&
	    SET(QUICK_EXIT, 1L) &&
	    SET(FRESH_CONNECT, s->call->fresh ? 1L : 0L) &&
	    SET(SUPPRESS_CONNECT_HEADERS, 1L) &&
	    SET(OPENSOCKETFUNCTION, open_socket) && SET(OPENSOCKETDATA, s) &&
	    (s->http->trust == NULL || (SET(CAINFO, NULL) &&
	    SET(CAPATH, NULL) && SET(SSL_CTX_FUNCTION, use_trust) &&
	    SET(SSL_CTX_DATA, s->http->trust))) &&
	    (!c->insecure || (SET(SSL_VERIFYPEER, 0L) &&
	    SET(SSL_VERIFYHOST, 0L))) &&
	    (c->netrc == NULL || s->call->anonymous ||
	    (SET(NETRC, (long)CURL_NETRC_OPTIONAL) && (*c->netrc == '\0' ||
	    SET(NETRC_FILE, c->netrc)))) &&
	    (s->http->jar == NULL || has_header(s->call, "Cookie") ||
	    (SET(SHARE, s->http->jar) && SET(COOKIEFILE, ""))) &&
	    (c->cert == NULL || s->call->anonymous ||
	    (SET(SSLCERT_BLOB, &cert) && SET(SSLKEY_BLOB, &cert)));
}

/* It is told which proxy to take: it would not tell which it took. */
static int
set_proxy(struct http_slot *s, struct err *e)
{
	struct http_call *call = s->call;
	const char *proxy = NULL;
	char *host = url_host(call->url, e);
	int r = 0;

	if (host == NULL)
		return -1;
	if (!s->http->config.no_proxy)
		proxy = proxy_for(s->http->config.proxy,
		    url_is_secure(call->url), host);
	call->proxied = proxy != NULL;
	if (call->proxied && proxy_check(proxy, e) == -1)
		r = -1;
	else if (call->proxied && (address_host_kind(host) & call->shun) != 0)
		r = err_set(e, EXIT_REMOTE, "'%s' is an address of this "
		    "machine, its link or its cloud", host);
	else if (!SET(PROXY, proxy != NULL ? proxy : "") || !SET(NOPROXY, ""))
		r = err_memory(e);
	free(host);
	return r;
}

/*
 * Without memory libcurl 7.88 can lose the query of the URL and go on: so it is
 * told what to ask for.  A proxy that is asked for http gets the whole URL,
 * which libcurl makes of something else.
 */
static int
set_target(struct http_slot *s, struct err *e)
{
	char *target;
	int r;

	if (s->call->proxied && !url_is_secure(s->call->url))
		return 0;
	target = url_target(s->call->url, e);
	if (target == NULL)
		return -1;
	r = SET(REQUEST_TARGET, target) ? 0 : err_memory(e);
	free(target);
	return r;
}

static bool
set_call(struct http_slot *s)
{
	const struct http_config *c = &s->http->config;

	return SET(ERRORBUFFER, s->error) && SET(URL, s->call->url) &&
	    SET(USERAGENT, c->user_agent) && SET(HTTPHEADER, s->sending) &&
	    SET(BUFFERSIZE, share(c->connections, RECEIVE_ALL, RECEIVE_LEAST,
	    RECEIVE_MOST)) && SET(PRIVATE, s) &&
	    SET(HEADERFUNCTION, http_take_header) && SET(HEADERDATA, s) &&
	    SET(WRITEFUNCTION, http_take_body) && SET(WRITEDATA, s) &&
	    SET(PREREQFUNCTION, on_connected) && SET(PREREQDATA, s);
}
#undef SET

int
http_set_up(struct http_slot *s, struct err *e)
{
	const char *url = s->call->url;

	if (strncasecmp(url, "http://", 7) != 0 && !url_is_secure(url))
		return err_set(e, EXIT_USAGE, "only http and https are spoken");
	if (s->http->flooded)
		return err_set(e, EXIT_REMOTE, "servers have set more than %d "
		    "cookies", (int)HTTP_COOKIES);
	if (set_headers(s, e) == -1)
		return -1;
	s->easy = curl_easy_init();
	if (s->easy == NULL)
		return err_memory(e);
	if (set_proxy(s, e) == -1 || set_target(s, e) == -1 ||
	    load_trust(s, e) == -1)
		return -1;
	if (!set_method(s) || !set_connection(s) || !set_call(s))
		return err_set(e, EXIT_INTERNAL, "cannot set up a request");
	if (s->http->config.verbose)
		say_request(s);
	return 0;
}
