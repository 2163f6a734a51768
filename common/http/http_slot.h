/*
 * http_slot: what the three parts of http share: setting a request up
 * (http_request.c), the client's loop and the ends of calls (http.c), answers
 * (http_answer.c).  Nobody else includes it.
 */
#ifndef HTTP_HTTP_SLOT_H
#define HTTP_HTTP_SLOT_H

#include <curl/curl.h>

#include "http/http.h"

struct http {
	struct http_config config;
	CURLM *multi;
	const char *bundle;		/* the system's certificates, if they
					 * are in one file and the config has
					 * no others; else NULL */
	struct trust *trust;		/* the config's, or: */
	struct trust *system;		/* those of the bundle, once they were
					 * needed */
	CURLSH *jar;			/* the cookies of all calls; or NULL */
	bool flooded;			/* there are too many of them */
	struct http_slot *active;	/* list of calls under way */
	int64_t clock;			/* ms; up to here waited is right */
	int64_t blocked;		/* ms since then in callers' callbacks */
	bool woken;			/* http_wait is to return */
};

/* What a call holds of libcurl and of its answer. */
struct http_slot {
	struct http *http;		/* NULL once the call has ended */
	struct http_call *call;
	struct http_slot *next;
	CURL *easy;
	struct curl_slist *sending;
	char *headers;			/* "Name: value" NUL … of the answer */
	size_t headers_len;
	size_t head_bytes;		/* of all heads and trailers, a limit */
	bool head_done;
	bool connected;
	bool stopped;			/* by a callback of the caller */
	bool refused;			/* by us; call->why says it */
	bool no_memory;			/* we had none for the answer */
	bool moved;			/* got on since http->clock */
	bool paused;			/* by the caller */
	CURLcode resumed;		/* what http_resume met; else CURLE_OK */
	char shunned[64];		/* the last address that was; or "" */
	int64_t waited;			/* ms since it got on */
	int64_t asked;			/* monotonic ms: the request's last byte
					 * so far was given to libcurl */
	char error[CURL_ERROR_SIZE];
	char said[HTTP_SAID];		/* see http_said */
	size_t said_len;
};

/* Gives the slot a handle of libcurl's with all that its call says; -1: as
 * http_start. */
int http_set_up(struct http_slot *s, struct err *e);

/* libcurl's header and write callbacks; ctx is the slot. */
size_t http_take_header(char *line, size_t one, size_t len, void *ctx);
size_t http_take_body(char *data, size_t one, size_t len, void *ctx);

/* The call has ended: are there too many cookies? */
void http_check_cookies(struct http_slot *s);

/* Keeps a piece of an error's body; and, while what was sent is there,
 * overwrites in it what the request held of secrets. */
void http_say(struct http_slot *s, const char *data, size_t len);
void http_mask_said(struct http_slot *s);

/* The call shall end as HTTP_REFUSED, with this text. */
void http_refuse(struct http_slot *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills the call's peer with the address of the connection, if it is known. */
void http_note_peer(struct http_slot *s);

/* Shows a header (show.h) by diag_say, after mark. */
void http_say_header(const char *mark, const char *header);

#endif
