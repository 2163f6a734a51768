/* pages: receive, check, write; then the next one. */
#include "fetch/pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/refusal.h"
#include "http/show.h"
#include "json/json.h"
#include "json/json_array.h"

/* Bytes.  A record goes to the writer in copies of STEP, in which its line breaks
 * have become spaces: one fits the processor's second cache, smaller ones would
 * only be more calls.  KEY_MAX bounds the value of --dedupe's member, which is
 * parsed into memory: an identifier has some tens. */
enum { STEP = 64 * 1024, KEY_MAX = 64 * 1024 };

enum verdict { DONE, AGAIN, FAILED };

/* Receiving. */

static int
keep(void *ctx, const void *data, size_t len, struct err *e)
{
	struct pages *p = ctx;

	if (window_write(p->window, data, len) == 0)
		return 0;
	if (errno == ENOSPC)
		return err_set(e, EXIT_DATA, "it is larger than the %zu bytes "
		    "of -m", window_limit(p->window));
	return err_sys(e, EXIT_INTERNAL, errno, "cannot keep it");
}

static int
on_head(struct http_call *call)
{
	struct pages *p = call->ctx;

	window_rewind(p->window);
	p->discarded = 0;
	p->decoding = p->compressed && call->status == 200 &&
	    decoder_knows(http_header(call, "Content-Encoding"));
	if (p->decoding && decoder_begin(&p->decoder, &p->err) == -1) {
		p->failed = true;
		return -1;
	}
	return 0;
}

static int
on_body(struct http_call *call, const void *data, size_t len)
{
	struct pages *p = call->ctx;
	int r;

	atomic_fetch_add(&p->policy->meter->in, len);
	if (call->status != 200) {
		p->discarded += len;
		return p->discarded > HTTP_DRAIN ? -1 : 0;
	}
	r = p->decoding ? decoder_run(&p->decoder, data, len, keep, p,
	    &p->err) : keep(p, data, len, &p->err);
	p->failed = r == -1;
	return r;
}

static const char *
nth_header(const void *call, const char *name, unsigned i)
{
	return http_header_nth(call, name, i);
}

/* Writing. */

/*
 * Writes text as one line.  It has been found to be valid JSON, and in that a
 * line break stands only between tokens: a space does as well.
 */
static int
write_line(struct pages *p, const char *from, size_t left, struct err *e)
{
	char step[STEP];

	while (left > 0) {
		size_t n = left < STEP - 1 ? left : STEP - 1;

		for (size_t i = 0; i < n; i++)
			step[i] = from[i] == '\n' || from[i] == '\r' ? ' ' :
			    from[i];
		from += n;
		left -= n;
		if (left == 0)
			step[n++] = '\n';
		if (body_writer_write(p->writer, step, n, e) == -1)
			return -1;
	}
	return 0;
}

/* 1 a record that is to be written, 0 one that was there, -1 error. */
static int
is_new(struct pages *p, const char *record, size_t len, struct err *e)
{
	struct json_want key = { .path = p->dedupe, .longest = KEY_MAX };
	int r = json_pick(record, len, &key, 1, e);

	if (r == 0 && key.text == NULL)
		r = 1;		/* without a key it cannot be a repetition */
	else if (r == 0)
		r = dedupe_add(p->seen, key.text, key.len, e);
	json_want_free(&key, 1);
	if (r == 0)
		p->dropped++;
	return r;
}

static int
write_records(struct pages *p, const char *text, size_t len, struct err *e)
{
	struct json_array it;
	enum json_type type;
	const char *record;
	int r = 1;

	type = json_array_open(&it, text, len, p->items);
	if (type == JSON_OBJECT || (type == JSON_ABSENT && !p->missing_empty))
		return err_set(e, EXIT_DATA, "its member '%s' is %s", p->items,
		    type == JSON_ABSENT ? "missing" : "no array");
	while (json_array_next(&it, &record, &len)) {
		if (p->dedupe != NULL && (r = is_new(p, record, len, e)) == -1)
			return -1;
		if (r == 1 && write_line(p, record, len, e) == -1)
			return -1;
	}
	return 0;
}

static int
write_page(struct pages *p, struct err *e)
{
	const char *text = window_bytes(p->window);
	size_t len = window_size(p->window);

	/* Nothing of a page that is too large in all. */
	if (p->dedupe == NULL && p->items == NULL &&
	    body_writer_allows(p->writer, len + 1, e) == -1)
		return -1;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	return p->items != NULL ? write_records(p, text, len, e) :
	    write_line(p, text, len, e);
}

/* Deciding. */

/* A whole answer is in the window. */
static enum verdict
take_page(struct pages *p, const struct http_call *call, const char *what,
    struct err *e)
{
	bool drifted = p->pager->drifted;
	char shown[256];

	show_url(call->url, shown, sizeof shown);
	if ((p->decoding && decoder_end(&p->decoder, e) == -1) ||
	    pager_take(p->pager, window_bytes(p->window),
	    window_size(p->window), call->url, nth_header, call, e) == -1) {
		err_prefix(e, "cannot use %s'%s'", what, shown);
		/* Without a length a cut looks like an end. */
		return call->framed || e->code != EXIT_DATA ? FAILED : AGAIN;
	}
	if (write_page(p, e) == -1) {
		if (e->code == EXIT_DATA)
			err_prefix(e, "cannot use %s'%s'", what, shown);
		return FAILED;
	}
	if (p->pager->drifted && !drifted && !p->policy->quiet)
		diag_say("the total has changed to %" PRIu64 " on %s'%s': "
		    "records may be missing or repeated", p->pager->total,
		    what, shown);
	return DONE;
}

/* Does the answer say that the list ended with the page before? */
static bool
is_end(const struct pages *p, const struct http_call *call)
{
	int status = call->status;

	if (call->end != HTTP_COMPLETE && call->end != HTTP_STOPPED)
		return false;
	if (status == 204 || (status == 200 && call->received == 0 &&
	    call->framed && p->missing_empty))
		return true;
	return p->pager->pages > 0 && p->end_status != NULL &&
	    status >= PAGES_STATUS && status < PAGES_STATUS + PAGES_STATUSES &&
	    p->end_status[status - PAGES_STATUS];
}

static enum verdict
judge(struct pages *p, const struct http_call *call, const char *what,
    struct err *e)
{
	char shown[256];

	if (p->failed) {
		show_url(call->url, shown, sizeof shown);
		*e = p->err;
		err_prefix(e, "cannot use %s'%s'", what, shown);
		return FAILED;
	}
	if (is_end(p, call)) {
		pager_stop(p->pager);
		return DONE;
	}
	if (call->end == HTTP_COMPLETE && call->status == 200)
		return take_page(p, call, what, e);
	refusal(call, what, e);
	return retry_worth_call(call) ? AGAIN : FAILED;
}

static int
get_page(struct pages *p, struct err *e)
{
	static const char *const accept[] = { "Accept-Encoding: gzip" };
	enum verdict verdict = AGAIN;
	unsigned made = 0;
	char what[40];

	snprintf(what, sizeof what, "page %" PRIu64 " of ",
	    p->pager->pages + 1);
	while (verdict == AGAIN) {
		struct http_call call = { .url = pager_url(p->pager),
		    .headers = accept, .n_headers = p->compressed ? 1 : 0,
		    .on_head = on_head, .on_body = on_body, .ctx = p };

		verdict = FAILED;
		p->failed = p->decoding = false;
		if (http_policy_perform(p->policy, &call, e) == 0)
			verdict = judge(p, &call, what, e);
		if (verdict == AGAIN &&
		    http_policy_again(p->policy, ++made, &call, e) == -1)
			verdict = FAILED;
		http_done(&call);
	}
	return verdict == DONE ? 0 : -1;
}

/* How the list has ended, where that is worth a look. */
static void
tell_end(const struct pages *p)
{
	const struct pager *g = p->pager;

	if (p->policy->quiet)
		return;
	if (g->end == PAGER_STAYS)
		diag_say("the last of %" PRIu64 " pages leads to itself: the "
		    "list is taken to end with it", g->pages);
	else if (g->end == PAGER_UNLED)
		diag_say("no answer had a Link header: the list is taken to "
		    "end with its first page");
	else if (g->end == PAGER_SHORT)
		diag_say("the list has ended after %" PRIu64 " of %" PRIu64
		    " records", g->seen, g->total);
}

int
pages_run(struct pages *p, struct err *e)
{
	uint64_t max = p->max_pages != 0 ? p->max_pages : PAGES_MAX;
	uint64_t written = 0;
	char hint[640];
	int r = 0;

	while (r == 0 && pager_url(p->pager) != NULL) {
		pager_hint(p->pager, hint, sizeof hint);
		if (written == max)
			r = err_set(e, EXIT_DATA, "there are more than the "
			    "%" PRIu64 " pages of --max-pages", max);
		else if ((r = get_page(p, e)) == 0) {
			written++;
			atomic_fetch_add(&p->policy->meter->records, 1);
		}
	}
	decoder_free(&p->decoder);
	if (r == 0)
		tell_end(p);
	if (r == 0 || e->code == EXIT_PIPE)
		return r;
	return err_prefix(e, "%" PRIu64 " pages written%s%s", written,
	    written > 0 ? ", " : "", written > 0 ? hint : "");
}
