/*
 * transfer: a loop of attempts, each of which may only append.
 *
 * have counts the bytes that are ours: those in the sink, then those in the
 * window.  An attempt asks for what follows them.  on_head decides from status
 * and headers whether the body that comes is that (wanted), how many bytes of
 * it are known already (skip), or what is wrong (failed); on_body appends.
 * What an attempt that broke has appended stays.
 */
#include "fetch/transfer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/range.h"
#include "http/url.h"

enum {
	DRAIN = 64 * 1024	/* of an unwanted body, to keep a connection */
};

enum verdict { DONE, AGAIN, FAILED };

/* Errors inside of callbacks wait in t until the attempt has ended. */
__attribute__((format(printf, 3, 4)))
static int
fail(struct transfer *t, enum exit_code code, const char *fmt, ...)
{
	char why[256], shown[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	url_mask(t->url, shown, sizeof shown);
	t->failed = true;
	return err_set(&t->err, code, "cannot get '%s': %s", shown, why);
}

static int
flush(struct transfer *t)
{
	size_t len = window_size(t->window);

	if (len == 0)
		return 0;
	if (sink_write(t->sink, window_bytes(t->window), len, &t->err) == -1) {
		t->failed = true;
		return -1;
	}
	t->written += len;
	window_rewind(t->window);
	return 0;
}

/* Forgets everything; allowed as long as no byte is in the sink. */
static void
start_over(struct transfer *t)
{
	window_rewind(t->window);
	free(t->validator);
	t->validator = NULL;
	t->total = -1;
	t->have = 0;
}

/* The window goes out in small steps, which stay in the processor's cache,
 * when nothing forbids: its limit matters only to what cannot be continued. */
static size_t
flush_at(const struct transfer *t)
{
	size_t limit = window_limit(t->window);

	if (limit > IO_CHUNK && (t->validator != NULL || t->written > 0))
		return IO_CHUNK;
	return limit;
}

static int
keep(struct transfer *t, const char *data, size_t len)
{
	while (len > 0) {
		size_t room = flush_at(t), n = window_size(t->window);

		n = n >= room ? 0 : room - n;
		if (n > len)
			n = len;
		if (n > 0 && window_write(t->window, data, n) == -1)
			return fail(t, EXIT_INTERNAL, "%s", strerror(errno));
		t->have += n;
		data += n;
		len -= n;
		if (window_size(t->window) >= room && flush(t) == -1)
			return -1;
	}
	return 0;
}

static int
on_body(struct http_call *call, const void *data, size_t len)
{
	struct transfer *t = call->ctx;
	const char *bytes = data;

	atomic_fetch_add(&t->session->meter->in, len);
	if (!t->wanted) {
		t->discarded += len;
		return t->discarded > DRAIN ? -1 : 0;
	}
	if (t->skip >= len) {
		t->skip -= len;
		return 0;
	}
	bytes += t->skip;
	len -= (size_t)t->skip;
	t->skip = 0;
	if (t->total >= 0 && t->have + len > (uint64_t)t->total)
		return fail(t, EXIT_REMOTE, "more bytes than announced");
	return keep(t, bytes, len);
}

/* 2xx to a request for the whole. */
static int
take_whole(struct transfer *t, struct http_call *call)
{
	bool encoded = t->compressed &&
	    decoder_knows(http_header(call, "Content-Encoding"));

	start_over(t);
	if (call->status == 206)
		return fail(t, EXIT_REMOTE, "a part was sent, not asked for");
	if (t->require_length && !call->framed)
		return fail(t, EXIT_REMOTE, "the body comes without a length");
	/* Ranges are of what GET gives (RFC 9110 14.2). */
	if (strcmp(call->method, "GET") == 0)
		t->validator = range_validator(http_header(call, "ETag"),
		    http_header(call, "Last-Modified"),
		    http_header(call, "Date"));
	t->total = call->length;
	t->verified = call->framed;
	t->wanted = true;
	if (sink_begin(t->sink, encoded, &t->err) == -1 ||
	    (t->total >= 0 && !encoded &&
	    sink_allows(t->sink, (uint64_t)t->total, &t->err) == -1)) {
		t->failed = true;
		return -1;
	}
	return 0;
}

static int
changed(struct transfer *t, const char *what)
{
	return fail(t, EXIT_TEMP, "%s has changed after %" PRIu64
	    " bytes were written", what, t->written);
}

/* 206 to a request to continue. */
static int
take_part(struct transfer *t, struct http_call *call)
{
	const char *etag = http_header(call, "ETag");
	const char *modified = http_header(call, "Last-Modified");
	struct content_range r;

	if (!content_range_parse(http_header(call, "Content-Range"), &r) ||
	    !r.satisfied)
		return fail(t, EXIT_REMOTE, "a part without its range");
	if ((etag != NULL || modified != NULL) &&
	    !range_same(t->validator, etag, modified))
		return changed(t, "the body");
	if (t->total >= 0 && r.total >= 0 && r.total != t->total)
		return changed(t, "the length");
	if ((uint64_t)r.first > t->have || (uint64_t)r.last < t->have ||
	    (call->length >= 0 && call->length - 1 != r.last - r.first))
		return fail(t, EXIT_REMOTE, "bytes %" PRId64 "-%" PRId64
		    " were sent, %" PRIu64 " asked for", r.first, r.last,
		    t->have);
	if (t->total < 0)
		t->total = r.total;
	t->skip = t->have - (uint64_t)r.first;
	t->verified = call->framed;
	t->wanted = true;
	return 0;
}

/* 200 to a request to continue: the server has no ranges, or another body. */
static int
take_whole_again(struct transfer *t, struct http_call *call)
{
	if (t->written == 0)
		return take_whole(t, call);
	if (!range_same(t->validator, http_header(call, "ETag"),
	    http_header(call, "Last-Modified")))
		return changed(t, "the body");
	if (call->length != t->total)
		return changed(t, "the length");
	t->skip = t->have;
	t->verified = call->framed;
	t->wanted = true;
	return 0;
}

/* 416: the body may have ended just where it broke. */
static int
take_nothing(struct transfer *t, struct http_call *call)
{
	struct content_range r;

	if (!content_range_parse(http_header(call, "Content-Range"), &r) ||
	    r.satisfied || (uint64_t)r.total != t->have ||
	    (t->total >= 0 && t->total != r.total))
		return changed(t, "the length");
	t->complete = true;
	t->verified = true;
	return 0;
}

static int
on_head(struct http_call *call)
{
	struct transfer *t = call->ctx;
	bool continued = t->have > 0;

	if (continued && call->status == 206)
		return take_part(t, call);
	if (continued && call->status == 416)
		return take_nothing(t, call);
	if (continued && call->status == 200)
		return take_whole_again(t, call);
	if (call->status >= 200 && call->status <= 299)
		return take_whole(t, call);
	return 0;
}

static int
attempt(struct transfer *t, struct http_call *call, struct err *e)
{
	const char *headers[SESSION_OWN];
	char range[64], *if_range = NULL;
	size_t n = 0;
	int r;

	if (t->compressed)
		headers[n++] = "Accept-Encoding: gzip";
	if (t->have > 0) {
		size_t room = strlen(t->validator) + sizeof "If-Range: ";

		if_range = malloc(room);
		if (if_range == NULL)
			return err_memory(e);
		snprintf(if_range, room, "If-Range: %s", t->validator);
		snprintf(range, sizeof range, "Range: bytes=%" PRIu64 "-",
		    t->have);
		headers[n++] = range;
		headers[n++] = if_range;
		t->resumed++;
		t->resumed_at = t->have;
	}
	*call = (struct http_call){ .url = t->url, .headers = headers,
	    .n_headers = n, .on_head = on_head, .on_body = on_body, .ctx = t };
	t->wanted = t->complete = t->failed = false;
	t->skip = t->discarded = 0;
	r = session_perform(t->session, call, e);
	free(if_range);
	return r;
}

static enum verdict
judge(struct transfer *t, const struct http_call *call, struct err *e)
{
	if (t->failed) {
		*e = t->err;
		return FAILED;
	}
	if (t->complete || (t->wanted && t->total >= 0 &&
	    t->have == (uint64_t)t->total))
		return DONE;
	if (t->wanted && call->end == HTTP_COMPLETE && t->total < 0 &&
	    t->skip == 0)
		return DONE;
	if (t->wanted && call->end == HTTP_COMPLETE) {
		fail(t, EXIT_REMOTE, "the body ends early after %" PRIu64
		    " bytes", t->have);
		*e = t->err;
		return AGAIN;
	}
	session_failure(call, "", e);
	return t->wanted || retry_worth(call->end, call->status) ? AGAIN :
	    FAILED;
}

/* Before the next attempt: is there a way to go on from here? */
static int
prepare_again(struct transfer *t, struct err *e)
{
	if (t->have == 0 || t->validator != NULL)
		return 0;
	if (t->written == 0) {
		start_over(t);
		return 0;
	}
	return err_prefix(e, "broken after %" PRIu64 " bytes and without a "
	    "strong validator to continue by", t->written);
}

int
transfer_run(struct transfer *t, struct err *e)
{
	enum verdict verdict = AGAIN;
	struct http_call call = { 0 };
	unsigned made = 0;

	t->validator = NULL;
	t->written = t->resumed = t->resumed_at = 0;
	start_over(t);
	while (verdict == AGAIN) {
		uint64_t before = t->have;

		verdict = FAILED;
		if (attempt(t, &call, e) == 0)
			verdict = judge(t, &call, e);
		/* An attempt that got somewhere has earned new patience. */
		made = t->have >= before + IO_CHUNK ? 1 : made + 1;
		if (verdict == AGAIN && (prepare_again(t, e) == -1 ||
		    session_again(t->session, made, &call, e) == -1))
			verdict = FAILED;
		http_done(&call);
	}
	if (verdict == DONE && (flush(t) == -1 ||
	    sink_end(t->sink, &t->err) == -1)) {
		*e = t->err;
		verdict = FAILED;
	}
	free(t->validator);
	t->validator = NULL;
	return verdict == DONE ? 0 : -1;
}
