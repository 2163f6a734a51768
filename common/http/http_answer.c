/* http: what comes back, from libcurl's callbacks to the caller's. */
#include "http/http_slot.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/meter.h"
#include "http/show.h"

void
http_refuse(struct http_slot *s, const char *fmt, ...)
{
	va_list ap;

	s->refused = true;
	va_start(ap, fmt);
	vsnprintf(s->call->why, sizeof s->call->why, fmt, ap);
	va_end(ap);
}

void
http_say_header(const char *mark, const char *header)
{
	char shown[1024];

	show_header(header, shown, sizeof shown);
	diag_say("%s %s", mark, shown);
}

static void
say_answer(const struct http_slot *s)
{
	const char *h = s->headers;

	diag_say("< %d from %s", s->call->status, s->call->peer);
	while (h < s->headers + s->headers_len) {
		http_say_header("<", h);
		h += strlen(h) + 1;
	}
}

/* The head of the answer. */

/* RFC 9112, 5: a name has no white space in it or after it, and a line that
 * begins with some goes on with the one above.  libcurl passes such lines over,
 * and so how the body ends, where they say that. */
static bool
is_misread(const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon == NULL ? 1 : (size_t)(colon - line);

	return memchr(line, ' ', name) != NULL ||
	    memchr(line, '\t', name) != NULL;
}

/* Keeps one line, without the space around it, as a string. */
static int
keep_header(struct http_slot *s, const char *line, size_t len)
{
	char *more;

	if (is_misread(line, len)) {
		http_refuse(s, "white space in or before a header's name");
		return -1;
	}
	if (memchr(line, ':', len) == NULL)
		return 0;
	more = realloc(s->headers, s->headers_len + len + 1);
	if (more == NULL) {
		s->no_memory = true;
		return -1;
	}
	s->headers = more;
	memcpy(more + s->headers_len, line, len);
	/* RFC 9110, 5.5: a NUL would end the string early, and no other control
	 * byte is good for anything. */
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)more[s->headers_len + i] < ' ' ||
		    more[s->headers_len + i] == 0x7f)
			more[s->headers_len + i] = ' ';
	more[s->headers_len + len] = '\0';
	s->headers_len += len + 1;
	return 0;
}

/* A decimal number of bytes below 2^63, nothing else; -1 otherwise. */
static int64_t
parse_length(const char *s)
{
	int64_t value = 0;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (value > (INT64_MAX - (*s - '0')) / 10)
			return -1;
		value = value * 10 + (*s - '0');
	}
	return *s == '\0' ? value : -1;
}

/* RFC 9112 6.3: how the body's end will be known. */
static int
read_framing(struct http_slot *s)
{
	struct http_call *call = s->call;
	const char *coding = http_header(call, "Transfer-Encoding");
	const char *value;

	call->framed = call->status == 204 || call->status == 304 ||
	    strcmp(call->method, "HEAD") == 0;
	if (call->status == 204) {
		call->length = 0;	/* whatever it says */
		return 0;
	}
	if (coding != NULL) {
		const char *last = strrchr(coding, ',');

		last = last == NULL ? coding : last + 1;
		last += strspn(last, " \t");
		call->framed |= strcasecmp(last, "chunked") == 0;
		return 0;
	}
	for (unsigned i = 0; (value = http_header_nth(call, "Content-Length",
	    i)) != NULL; i++) {
		int64_t length = parse_length(value);

		if (length < 0 || (i > 0 && length != call->length)) {
			http_refuse(s, "contradictory or malformed content-length");
			return -1;
		}
		call->length = length;
		call->framed = true;
	}
	return 0;
}

void
http_note_peer(struct http_slot *s)
{
	const char *address = NULL;

	if (curl_easy_getinfo(s->easy, CURLINFO_PRIMARY_IP, &address) ==
	    CURLE_OK && address != NULL)
		snprintf(s->call->peer, sizeof s->call->peer, "%s", address);
}

/* The caller's callback, for the head where there is no data.  The time that
 * it takes, in writing to a pipe perhaps, is not the server's. */
static int
ask_caller(struct http_slot *s, const void *data, size_t len)
{
	int64_t began = meter_now();
	int r = data == NULL ? s->call->on_head(s->call) :
	    s->call->on_body(s->call, data, len);

	s->http->blocked += meter_now() - began;
	return r;
}

static int
head_complete(struct http_slot *s)
{
	struct http_call *call = s->call;

	if (call->status < 200)
		return 0;	/* informational: the real one follows */
	s->head_done = s->moved = true;
	http_note_peer(s);
	if (read_framing(s) == -1)
		return -1;
	if (s->http->config.verbose)
		say_answer(s);
	if (call->on_head != NULL)
		s->stopped = ask_caller(s, NULL, 0) != 0;
	return s->stopped ? -1 : 0;
}

/* libcurl gives one line at a time, the empty one at the end as well, and the
 * trailers of a chunked body. */
size_t
http_take_header(char *line, size_t one, size_t len, void *ctx)
{
	struct http_slot *s = ctx;
	size_t all = len;

	(void)one;
	if (!s->head_done && len >= 5 && strncasecmp(line, "HTTP/", 5) == 0)
		s->head_bytes += HTTP_INTERIM;
	s->head_bytes += len;
	if (s->head_bytes > s->http->config.headers + HTTP_INTERIM) {
		http_refuse(s, "more than %zu bytes of headers",
		    s->http->config.headers);
		return 0;
	}
	if (s->head_done)
		return all;
	while (len > 0 && strchr("\r\n \t", line[len - 1]) != NULL)
		len--;
	if (len == 0)
		return head_complete(s) == 0 ? all : 0;
	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		long status = 0;

		curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
		s->call->status = (int)status;
		s->headers_len = 0;
		s->moved = true;
		return all;
	}
	return keep_header(s, line, len) == 0 ? all : 0;
}

/* The body. */

size_t
http_take_body(char *data, size_t one, size_t len, void *ctx)
{
	struct http_slot *s = ctx;
	struct http_call *call = s->call;
	int r = 0;

	(void)one;
	if (len == 0)
		return 0;
	s->moved = true;
	if (call->on_body != NULL)
		r = ask_caller(s, data, len);
	s->paused = r == HTTP_PAUSE;
	if (s->paused)
		return CURL_WRITEFUNC_PAUSE;
	call->received += len;
	http_say(s, data, len);
	s->stopped = r != 0;
	return s->stopped ? CURL_WRITEFUNC_ERROR : len;
}

/* Looking headers up. */

const char *
http_header_nth(const struct http_call *call, const char *name, unsigned i)
{
	const struct http_slot *s = call->slot;
	size_t n = strlen(name);
	const char *h, *end;

	if (s == NULL || s->headers == NULL)
		return NULL;
	end = s->headers + s->headers_len;
	for (h = s->headers; h < end; h += strlen(h) + 1)
		if (strncasecmp(h, name, n) == 0 && h[n] == ':' && i-- == 0)
			return h + n + 1 + strspn(h + n + 1, " \t");
	return NULL;
}

const char *
http_header(const struct http_call *call, const char *name)
{
	const char *last = NULL, *value;

	for (unsigned i = 0; (value = http_header_nth(call, name, i)) != NULL;
	    i++)
		last = value;
	return last;
}
