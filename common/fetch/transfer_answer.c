/*
 * transfer: what an answer brings, in the callbacks of its call.
 *
 * The head decides, from status and headers, whether the body that comes is the
 * one that is wanted, how many bytes of it are known already (skip), or what is
 * wrong (failed); the bytes are appended to the window.
 */
#include "fetch/transfer_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "http/range.h"

/* Errors inside of callbacks wait in t until the attempt has ended. */

int
transfer_refuse(struct transfer *t, enum exit_code code, const char *why)
{
	char shown[256];

	body_show(t->body, shown, sizeof shown);
	t->failed = true;
	if (code == EXIT_TEMP)
		return err_set(&t->err, code, "cannot get '%s': %s after %"
		    PRIu64 " bytes were written", shown, why,
		    t->body->written);
	return err_set(&t->err, code, "cannot get '%s': %s", shown, why);
}

/* What t->err says was not the server's fault. */
static int
fail_locally(struct transfer *t)
{
	t->failed = t->local = true;
	return -1;
}

/* The window. */

int
transfer_put(struct transfer *t, struct err *e)
{
	size_t len = window_size(&t->window);

	if (len == 0)
		return 0;
	if (body_write(t->body, t->writer, window_bytes(&t->window), len, e) ==
	    -1)
		return -1;
	window_rewind(&t->window);
	return 0;
}

/* Forgets everything; allowed as long as no byte is in the writer. */
void
transfer_start_over(struct transfer *t)
{
	window_rewind(&t->window);
	representation_free(&t->body->is);
	t->have = 0;
}

/* The window goes out in small steps, which stay in the processor's cache,
 * when nothing forbids: its limit matters only to what cannot be continued. */
size_t
transfer_flush_at(const struct transfer *t)
{
	size_t limit = window_limit(&t->window);

	if (limit > IO_CHUNK &&
	    (t->body->is.validator != NULL || t->body->written > 0))
		return IO_CHUNK;
	return limit;
}

static int
keep(struct transfer *t, const char *data, size_t len)
{
	bool flows = t->leads && t->kind == TRANSFER_WHOLE;

	while (len > 0) {
		size_t room = flows ? transfer_flush_at(t) :
		    window_limit(&t->window);
		size_t n = window_size(&t->window);

		n = n >= room ? 0 : room - n;
		if (n > len)
			n = len;
		if ((n == 0 && !flows) || (n > 0 &&
		    window_write(&t->window, data, n) == -1))
			return transfer_refuse(t, EXIT_INTERNAL,
			    strerror(n == 0 ? ENOSPC : errno));
		t->have += n;
		data += n;
		len -= n;
		if (flows && window_size(&t->window) >= room &&
		    transfer_put(t, &t->err) == -1)
			return fail_locally(t);
	}
	return 0;
}

/* Must these bytes wait until the transfer leads? */
static bool
must_wait(const struct transfer *t, size_t len)
{
	uint64_t fresh = t->skip < len ? len - t->skip : 0;

	return t->kind == TRANSFER_WHOLE && !t->leads && t->wanted && fresh >
	    window_limit(&t->window) - window_size(&t->window);
}

/* Does the answer bring more than the range that has been made of it? */
static bool
is_split(const struct transfer *t)
{
	return t->kind == TRANSFER_RANGE && t->end != UNKNOWN &&
	    t->end > t->first + t->size;
}

int
transfer_on_body(struct http_call *call, const void *data, size_t len)
{
	struct transfer *t = call->ctx;
	const char *bytes = data;

	if (must_wait(t, len))
		return HTTP_PAUSE;
	atomic_fetch_add(&t->policy->meter->in, len);
	if (!t->wanted) {
		if (t->body->object != NULL)
			return buffer_add(&t->attempt.answer, data, len);
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
	if (is_split(t) && len >= t->size - t->have) {
		keep(t, bytes, (size_t)(t->size - t->have));
		return -1;	/* the rest comes in other ranges */
	}
	if (t->first + t->have + len > t->end)
		return transfer_refuse(t, EXIT_REMOTE,
		    "more bytes than announced");
	return keep(t, bytes, len);
}

/* Heads of answers. */

/* Makes room for all that will come at once: growing by and by costs copies.
 * Without memory for it the window grows as far as it can. */
static void
make_room(struct transfer *t)
{
	size_t left = window_limit(&t->window) - window_size(&t->window);
	uint64_t comes = t->end - (t->first + t->have);

	if (t->end != UNKNOWN && !(t->leads && t->kind == TRANSFER_WHOLE))
		(void)window_reserve(&t->window,
		    comes < left ? (size_t)comes : left);
}

/* A body that is asked for without --compressed comes as it is; with it, in
 * one encoding that is understood, or in none. */
static bool
is_encoded(const struct transfer *t, const struct http_call *call)
{
	return t->compressed && t->body->is.encoding != NULL &&
	    decoder_knows(t->body->is.encoding) &&
	    http_header_nth(call, "Content-Encoding", 1) == NULL;
}

static bool
is_plain(const struct transfer *t)
{
	return !t->compressed || t->body->is.encoding == NULL ||
	    strcasecmp(t->body->is.encoding, "identity") == 0;
}

/* Is it more than one range of an object? */
static void
split(struct transfer *t)
{
	struct body *b = t->body;

	if (t->split == 0 || b->is.validator == NULL || t->end == UNKNOWN ||
	    t->end <= t->split)
		return;
	t->kind = TRANSFER_RANGE;
	t->size = b->next = t->split;
	b->ranged = true;
	http_wake(t->policy->http);	/* for the other ranges */
}

/* 2xx to a request for the whole. */
static int
take_whole(struct transfer *t, struct http_call *call)
{
	struct body *b = t->body;

	transfer_start_over(t);
	t->continued = false;
	if (call->status == 206)
		return transfer_refuse(t, EXIT_REMOTE,
		    "a part was sent, not asked for");
	if (t->require_length && !call->framed)
		return transfer_refuse(t, EXIT_REMOTE,
		    "the body comes without a length");
	if (representation_begin(&b->is, call, call->length, &t->err) == -1)
		return fail_locally(t);
	b->encoded = b->object == NULL && is_encoded(t, call);
	if (!b->encoded && b->object == NULL && !is_plain(t))
		return transfer_refuse(t, EXIT_REMOTE,
		    "it comes in an encoding that was not asked for");
	t->end = call->length < 0 ? UNKNOWN : (uint64_t)call->length;
	t->wanted = true;
	b->begun = false;
	if (b->object != NULL) {
		if (b->object->sized && b->object->size != t->end)
			return transfer_refuse(t, EXIT_TEMP, "the object has "
			    "changed since it was listed");
		if (s3_object_sum_begin(b->object, call, &t->err) == -1)
			return fail_locally(t);
		split(t);
	}
	if (t->leads && body_write_begin(b, t->writer, &t->err) == -1)
		return fail_locally(t);
	make_room(t);
	return 0;
}

/* An answer to a request to continue was judged by representation.h. */
static int
take(struct transfer *t, int judged, const struct err *e)
{
	if (judged == -1)
		return transfer_refuse(t, e->code, e->text);
	t->wanted = true;
	make_room(t);
	return 0;
}

static int
take_part(struct transfer *t, struct http_call *call)
{
	uint64_t from = t->first + t->have, first = from;
	int64_t until = t->kind == TRANSFER_RANGE ?
	    (int64_t)(t->first + t->size) : -1;
	struct err e = ERR_NONE;
	int r = representation_part(&t->body->is, call, from, until, &first,
	    &t->end, &e);

	t->skip = from - first;
	return take(t, r, &e);
}

/* The server has no ranges, or another body. */
static int
take_whole_again(struct transfer *t, struct http_call *call)
{
	struct err e = ERR_NONE;
	int r;

	if (t->body->written == 0)
		return take_whole(t, call);
	r = representation_whole(&t->body->is, call, t->have, &e);
	t->skip = t->have;
	t->end = t->body->is.length < 0 ? UNKNOWN :
	    (uint64_t)t->body->is.length;
	return take(t, r, &e);
}

/* 416: the body may have ended just where it broke. */
static int
take_nothing(struct transfer *t, struct http_call *call)
{
	struct err e = ERR_NONE;
	int r = representation_none(&t->body->is, call, t->have, &e);

	t->complete = r == 0;
	return r == 0 ? 0 : transfer_refuse(t, e.code, e.text);
}

static bool
is_good(const struct http_call *call)
{
	return call->status >= 200 && call->status <= 299;
}

static int
on_whole_head(struct transfer *t, struct http_call *call)
{
	if (t->continued && call->status == 206)
		return take_part(t, call);
	if (t->continued && call->status == 416)
		return take_nothing(t, call);
	if (!is_good(call))
		return 0;
	return t->continued ? take_whole_again(t, call) : take_whole(t, call);
}

static int
on_range_head(struct transfer *t, struct http_call *call)
{
	if (call->status == 416 || (is_good(call) && call->status != 206))
		return transfer_refuse(t, EXIT_TEMP, "the body has changed");
	return call->status == 206 ? take_part(t, call) : 0;
}

/* Is this a body to be had in ranges? */
static int
on_probe_head(struct transfer *t, struct http_call *call)
{
	struct body *b = t->body;
	struct content_range r;
	struct err e = ERR_NONE;

	transfer_start_over(t);
	if (is_good(call) && call->status != 206) {
		t->kind = TRANSFER_WHOLE;
		return take_whole(t, call);
	}
	if (call->status != 206 && call->status != 416)
		return 0;
	t->unfit = true;
	if (call->status == 416 ||
	    !content_range_parse(http_header(call, "Content-Range"), &r) ||
	    !r.satisfied || r.total < 0)
		return -1;
	if (representation_begin(&b->is, call, r.total, &t->err) == -1)
		return fail_locally(t);
	if (b->is.validator == NULL || representation_part(&b->is, call, 0,
	    (int64_t)t->size, &t->first, &t->end, &e) == -1)
		return -1;
	t->kind = TRANSFER_RANGE;
	t->size = b->next = t->end;
	t->unfit = false;
	t->wanted = b->ranged = true;
	http_wake(t->policy->http);	/* for the other ranges */
	if (t->leads && body_write_begin(b, t->writer, &t->err) == -1)
		return fail_locally(t);
	make_room(t);
	return 0;
}

int
transfer_on_head(struct http_call *call)
{
	struct transfer *t = call->ctx;

	t->end = UNKNOWN;
	if (is_good(call))
		t->attempt.renewed = false;
	switch (t->kind) {
	case TRANSFER_WHOLE:
		return on_whole_head(t, call);
	case TRANSFER_PROBE:
		return on_probe_head(t, call);
	case TRANSFER_RANGE:
		break;
	}
	return on_range_head(t, call);
}
