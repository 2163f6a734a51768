/*
 * http: requests through libcurl, one client for all that speak HTTP.
 *
 * A client keeps connections alive and runs any number of calls side by side
 * from one thread.  It never retries, follows no redirect and decides nothing:
 * that is its callers' (retry, pager, s3).  Only http and https are spoken.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct http;			/* a client; one thread owns it */
struct trust;

struct http_config {		/* zeroed: the defaults */
	const char *user_agent;	/* NULL: "mempipe/VERSION" */
	struct trust *trust;	/* (trust.h) NULL: the system's */
	char *cert;		/* client certificate with its key, as the text
				 * of a PEM file; or NULL */
	size_t cert_len;
	const char *netrc;	/* a file of hosts and passwords, as
				 * ftp(1) has it: for the calls that are not
				 * anonymous; "": ~/.netrc; NULL: none */
	bool cookies;		/* what servers set goes back to them, as long
				 * as the client lives, HTTP_COOKIES of them: a
				 * call after more is refused (69).  A call with
				 * a header Cookie has none of that */
	bool insecure;		/* any server is trusted */
	long connect_ms;	/* 0: 10 s */
	long stall_ms;		/* a call without progress for so long is
				 * dropped; 0: 60 s.  Progress is a byte of a
				 * body, sent or received, the beginning of an
				 * answer, and the end of its headers; time in
				 * callbacks does not count */
	int64_t answer_ms;	/* from the last byte of a request to the last
				 * of its answer, however it drips; 0: no limit */
	size_t headers;		/* bytes of them in an answer; 0: HTTP_HEADERS */
	unsigned connections;	/* kept alive at most; 0: 8 */
	bool http2;		/* HTTP/2 where a server has it over TLS.  With
				 * it libcurl hides two things: an end that the
				 * server never sent (see framed), and frames
				 * that bring nothing, in which stall_ms is not
				 * looked at.  Without it connections are truly
				 * parallel, too */
	bool no_proxy;		/* ignore *_proxy (metadata endpoints) */
	const char *proxy;	/* in their place, "": none; but no_proxy
				 * counts.  NULL: as they say */
	bool verbose;		/* requests and answers by diag_say, as far as
				 * show.h shows them */
};

/*
 * Bytes of header lines in one answer, trailers and interim answers (1xx)
 * included; an answer with more is refused.  http_config.headers can set
 * another limit.  Each interim answer counts as HTTP_INTERIM bytes at least,
 * so that their number is limited, too.  Servers allow 8 to 32 KiB of
 * headers in requests, and answers hold less.
 */
enum { HTTP_HEADERS = 64 * 1024, HTTP_INTERIM = 1024 };

/* Bytes of a body that nobody wants (a page about an error) that a callback
 * should let come before it stops the call: what fits is gone in a round trip,
 * and the connection can be used again; after more, a new one is cheaper. */
enum { HTTP_DRAIN = 64 * 1024 };

/* Kept at a time.  A site sets ten or twenty, of 4 KiB at most. */
enum { HTTP_COOKIES = 500 };

/* How a call ended below HTTP. */
enum http_end {
	HTTP_COMPLETE,		/* a whole answer; look at status */
	HTTP_STOPPED,		/* on_head or on_body returned -1 */
	HTTP_NO_CONNECTION,	/* resolve, connect or TLS handshake failed */
	HTTP_UNTRUSTED,		/* the certificate was refused */
	HTTP_BROKEN,		/* cut, reset or stalled in mid-answer */
	HTTP_NO_MEMORY,		/* for the request or its answer */
	HTTP_REFUSED		/* malformed URL or answer; no use in a retry */
};

enum { HTTP_PAUSE = 1 };

struct http_call {
	/* set by the caller, valid until the call has ended */
	const char *method;	/* "GET", "PUT", … */
	const char *url;	/* sent as it is: encoded, path as is */
	const char *const *headers; /* "Name: value", CR and LF refused */
	size_t n_headers;
	const void *body;	/* NULL: none; sent with its length, and again
				 * when a kept-alive connection turns out dead */
	size_t body_len;
	bool fresh;		/* over a connection of its own: libcurl repeats
				 * what an old one took and did not answer */
	/* Both may be NULL and return 0, or -1 to stop the call.  on_head is
	 * called once, when the final status and all headers are known and
	 * before the first byte of body.  on_body may also return HTTP_PAUSE:
	 * it gets these bytes again after http_resume, and until then the call
	 * reads nothing more and does not count as stalled. */
	int (*on_head)(struct http_call *call);
	int (*on_body)(struct http_call *call, const void *data, size_t len);
	void *ctx;
	unsigned shun;		/* kinds of addresses (address.h) that must not
				 * be connected to.  The address is looked at
				 * when a socket is opened and again on the
				 * connection, so no name can hide one; through
				 * a proxy only the URL's host can be judged */
	bool anonymous;		/* the client certificate is not shown, nor
				 * what netrc has */
	unsigned authorized;	/* by http_policy: the number of the header of
				 * authorize that it has */
	/* filled */
	enum http_end end;
	int status;		/* 0: none came */
	int64_t length;		/* Content-Length, -1: none */
	bool framed;		/* the end of the body can be verified: there is
				 * a length, or chunks.  (By HTTP/2 libcurl takes
				 * a connection that fails, or a stream that is
				 * reset without an error, for an end.) */
	uint64_t received;	/* bytes of body given to on_body */
	bool reached;		/* there was a connection, so the server may
				 * have the request, as far as it was sent */
	uint64_t sent;		/* bytes of body sent */
	char why[256];		/* for end != HTTP_COMPLETE */
	char peer[64];		/* address connected to */
	bool proxied;		/* peer is a proxy (proxy.h) */
	/* private */
	struct http_slot *slot;
};

/* NULL with e (70) when libcurl cannot be set up. */
struct http *http_new(const struct http_config *config, struct err *e);
void http_free(struct http *h);	/* calls under way are dropped */

/* Cookies to begin with, in a text of lines as curl and Netscape keep them, or of
 * "Set-Cookie: …" headers.  Those of the config must be on.  -1 with e: 65 and
 * the number of a line that is none; 70. */
int http_cookies_load(struct http *h, const char *text, struct err *e);

/* Starts a call; -1 with e only for what no retry mends (a header with CR/LF,
 * no memory).  The call must stay where it is until it has ended. */
int http_start(struct http *h, struct http_call *call, struct err *e);

/*
 * Drives all calls until one of them ends, and returns that one.  Returns NULL
 * when ms milliseconds have passed (ms < 0: no limit), or when one of the n
 * extra descriptors is ready (its revents are set).  Does not block when a call
 * has ended already.
 */
struct http_call *http_wait(struct http *h, int ms, struct pollfd *extra,
    unsigned n);

/* Lets http_wait return NULL as soon as libcurl has done what it can, although no
 * call has ended: for callbacks after which the caller has something to do. */
void http_wake(struct http *h);

/* Starts a call and waits for its end; there must be no other.  -1 with e: as
 * http_start, or 75 when the stop descriptor (base/stop.h; -1: none) ended the
 * wait; then the call is dropped. */
int http_run(struct http *h, struct http_call *call, int stop, struct err *e);

/* Waits for ms milliseconds while no call is under way, and keeps looking after
 * the open connections.  -1 with 75: the stop descriptor ended the wait. */
int http_sleep(struct http *h, int64_t ms, int stop, struct err *e);

/* Goes on with a call that on_body has paused; it may call on_body before it
 * returns.  Not to be called from a callback. */
void http_resume(struct http_call *call);

/* Drops a call under way; end becomes HTTP_STOPPED. */
void http_cancel(struct http *h, struct http_call *call);

/* A header of the answer (the last of that name), or NULL.  Valid until
 * http_done.  http_header_nth: the i-th of several, for Link. */
const char *http_header(const struct http_call *call, const char *name);
const char *http_header_nth(const struct http_call *call, const char *name,
    unsigned i);

/* The first *len bytes, HTTP_SAID at most, of the body of an answer with a status
 * from 400 on, as they came; what the request held of secrets is overwritten
 * with asterisks.  Valid until http_done. */
enum { HTTP_SAID = 2048 };
const char *http_said(const struct http_call *call, size_t *len);

/* Frees what the call holds of its answer; needed once for each call that was
 * started, before the struct is used again or thrown away. */
void http_done(struct http_call *call);

#endif
