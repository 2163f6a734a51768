/*
 * transfer: a loop of attempts, each of which may only append.
 *
 * have counts the bytes that are ours: those in the writer, then those in the
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
#include <strings.h>

#include "http/show.h"

#define UNKNOWN UINT64_MAX	/* end of an answer that does not tell it */

enum verdict { DONE, AGAIN, FAILED };

/* Errors inside of callbacks wait in t until the attempt has ended. */
static int
refuse(struct transfer *t, enum exit_code code, const char *why)
{
	char shown[256];

	show_url(t->url, shown, sizeof shown);
	t->failed = true;
	if (code == EXIT_TEMP)
		return err_set(&t->err, code, "cannot get '%s': %s after %"
		    PRIu64 " bytes were written", shown, why, t->written);
	return err_set(&t->err, code, "cannot get '%s': %s", shown, why);
}

static int
flush(struct transfer *t)
{
	size_t len = window_size(t->window);

	if (len == 0)
		return 0;
	if (body_writer_write(t->writer, window_bytes(t->window), len,
	    &t->err) == -1) {
		t->failed = true;
		return -1;
	}
	t->written += len;
	window_rewind(t->window);
	return 0;
}

/* Forgets everything; allowed as long as no byte is in the writer. */
static void
start_over(struct transfer *t)
{
	window_rewind(t->window);
	representation_free(&t->body);
	t->have = 0;
}

/* The window goes out in small steps, which stay in the processor's cache,
 * when nothing forbids: its limit matters only to what cannot be continued. */
static size_t
flush_at(const struct transfer *t)
{
	size_t limit = window_limit(t->window);

	if (limit > IO_CHUNK && (t->body.validator != NULL || t->written > 0))
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
			return refuse(t, EXIT_INTERNAL, strerror(errno));
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

	atomic_fetch_add(&t->policy->meter->in, len);
	if (!t->wanted) {
		t->discarded += len;
		return t->discarded > HTTP_DRAIN ? -1 : 0;
	}
	if (t->skip >= len) {
		t->skip -= len;
		return 0;
	}
	bytes += t->skip;
	len -= (size_t)t->skip;
	t->skip = 0;
	if (t->have + len > t->end)
		return refuse(t, EXIT_REMOTE, "more bytes than announced");
	return keep(t, bytes, len);
}

/* A body that is asked for without --compressed comes as it is; with it, in
 * one encoding that is understood, or in none. */
static bool
is_encoded(const struct transfer *t, const struct http_call *call)
{
	return t->compressed && t->body.encoding != NULL &&
	    decoder_knows(t->body.encoding) &&
	    http_header_nth(call, "Content-Encoding", 1) == NULL;
}

static bool
is_plain(const struct transfer *t)
{
	return !t->compressed || t->body.encoding == NULL ||
	    strcasecmp(t->body.encoding, "identity") == 0;
}

/* 2xx to a request for the whole. */
static int
take_whole(struct transfer *t, struct http_call *call)
{
	bool encoded;

	start_over(t);
	t->continued = false;
	if (call->status == 206)
		return refuse(t, EXIT_REMOTE, "a part was sent, not asked for");
	if (t->require_length && !call->framed)
		return refuse(t, EXIT_REMOTE, "the body comes without a length");
	if (representation_begin(&t->body, call, call->length, &t->err) == -1) {
		t->failed = true;
		return -1;
	}
	encoded = is_encoded(t, call);
	if (!encoded && !is_plain(t))
		return refuse(t, EXIT_REMOTE, "it comes in an encoding that "
		    "was not asked for");
	t->end = call->length < 0 ? UNKNOWN : (uint64_t)call->length;
	t->wanted = true;
	if (body_writer_begin(t->writer, encoded, &t->err) == -1 ||
	    (t->end != UNKNOWN && !encoded &&
	    body_writer_allows(t->writer, t->end, &t->err) == -1)) {
		t->failed = true;
		return -1;
	}
	return 0;
}

/* An answer to a request to continue was judged by representation.h. */
static int
take(struct transfer *t, int judged, const struct err *e)
{
	if (judged == -1)
		return refuse(t, e->code, e->text);
	t->wanted = true;
	return 0;
}

static int
take_part(struct transfer *t, struct http_call *call)
{
	uint64_t first = t->have;
	struct err e = ERR_NONE;
	int r = representation_part(&t->body, call, t->have, -1, &first,
	    &t->end, &e);

	t->skip = t->have - first;
	return take(t, r, &e);
}

/* The server has no ranges, or another body. */
static int
take_whole_again(struct transfer *t, struct http_call *call)
{
	struct err e = ERR_NONE;
	int r;

	if (t->written == 0)
		return take_whole(t, call);
	r = representation_whole(&t->body, call, t->have, &e);
	t->skip = t->have;
	t->end = t->body.length < 0 ? UNKNOWN : (uint64_t)t->body.length;
	return take(t, r, &e);
}

/* 416: the body may have ended just where it broke. */
static int
take_nothing(struct transfer *t, struct http_call *call)
{
	struct err e = ERR_NONE;
	int r = representation_none(&t->body, call, t->have, &e);

	t->complete = r == 0;
	return r == 0 ? 0 : refuse(t, e.code, e.text);
}

static int
on_head(struct http_call *call)
{
	struct transfer *t = call->ctx;

	t->end = UNKNOWN;
	if (t->continued && call->status == 206)
		return take_part(t, call);
	if (t->continued && call->status == 416)
		return take_nothing(t, call);
	if (call->status >= 200 && call->status <= 299)
		return t->continued ? take_whole_again(t, call) :
		    take_whole(t, call);
	return 0;
}

static int
attempt(struct transfer *t, struct http_call *call, struct err *e)
{
	const char *headers[HTTP_POLICY_OWN];
	char range[64], *if_range = NULL;
	size_t n = 0;
	int r;

	t->continued = t->have > 0;

	if (t->compressed)
		headers[n++] = "Accept-Encoding: gzip";
	if (t->continued) {
		if_range = representation_if_range(&t->body, e);
		if (if_range == NULL)
			return -1;
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
	r = http_policy_perform(t->policy, call, e);
	free(if_range);
	return r;
}

/* Is the whole of it here?  Its length says so, or a 416; or an answer that
 * was to bring all of it has ended.  Where the connection closed, and nothing
 * else, was the end, this is believed only of a body that came at once. */
static bool
is_whole(struct transfer *t, const struct http_call *call)
{
	if (t->complete)
		return true;
	if (!t->wanted || t->skip > 0)
		return false;
	if (t->body.length >= 0)
		return t->have == (uint64_t)t->body.length;
	if (t->end != UNKNOWN || call->end != HTTP_COMPLETE)
		return false;
	t->verified = call->framed;
	return t->verified || !t->continued;
}

static enum verdict
judge(struct transfer *t, const struct http_call *call, struct err *e)
{
	char why[96];

	if (t->failed) {
		*e = t->err;
		return FAILED;
	}
	t->verified = true;
	if (is_whole(t, call))
		return DONE;
	if (t->wanted && call->end == HTTP_COMPLETE) {
		snprintf(why, sizeof why, t->have == t->end ?
		    "a part ends after %" PRIu64 " bytes, and whether that is "
		    "all is not told" : "the body ends early after %" PRIu64
		    " bytes", t->have);
		refuse(t, EXIT_REMOTE, why);
		*e = t->err;
		return AGAIN;
	}
	http_policy_failure(call, "", e);
	return t->wanted || retry_worth(call->end, call->status) ? AGAIN :
	    FAILED;
}

/* Before the next attempt: is there a way to go on from here? */
static int
prepare_again(struct transfer *t, struct err *e)
{
	if (t->have == 0 || t->body.validator != NULL)
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
	uint64_t furthest = 0;	/* byte that any attempt has come to */
	unsigned made = 0;

	t->body = (struct representation){ .length = -1 };
	t->written = t->resumed = t->resumed_at = 0;
	start_over(t);
	while (verdict == AGAIN) {
		verdict = FAILED;
		if (attempt(t, &call, e) == 0)
			verdict = judge(t, &call, e);
		/* An attempt that got further has earned new patience; one that
		 * started over and broke at the same place has not. */
		made = t->have >= furthest + IO_CHUNK ? 1 : made + 1;
		furthest = t->have > furthest ? t->have : furthest;
		if (verdict == AGAIN && (prepare_again(t, e) == -1 ||
		    http_policy_again(t->policy, made, &call, e) == -1))
			verdict = FAILED;
		http_done(&call);
	}
	if (verdict == DONE && (flush(t) == -1 ||
	    body_writer_end(t->writer, &t->err) == -1)) {
		*e = t->err;
		verdict = FAILED;
	}
	representation_free(&t->body);
	return verdict == DONE ? 0 : -1;
}
