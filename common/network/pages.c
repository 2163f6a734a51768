/* pages: receive, check, write; then the next one. */
#include "network/pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "network/url.h"

enum { DRAIN = 64 * 1024, STEP = 64 * 1024 };

static int
on_head(struct http_call *call)
{
	struct pages *p = call->ctx;

	window_rewind(p->window);
	p->discarded = 0;
	return 0;
}

static int
on_body(struct http_call *call, const void *data, size_t len)
{
	struct pages *p = call->ctx;

	atomic_fetch_add(&p->session->meter->in, len);
	if (call->status != 200) {
		p->discarded += len;
		return p->discarded > DRAIN ? -1 : 0;
	}
	if (window_write(p->window, data, len) == 0)
		return 0;
	p->problem = errno;
	return -1;
}

/*
 * Writes the page as one line.  It has been found to be valid JSON, and in
 * that a line break stands only between tokens: a space does as well.
 */
static int
write_line(struct pages *p, struct err *e)
{
	const char *from = window_bytes(p->window);
	size_t left = window_size(p->window);
	char step[STEP];

	if (left >= 3 && memcmp(from, "\xef\xbb\xbf", 3) == 0) {
		from += 3;
		left -= 3;
	}
	if (sink_allows(p->sink, left + 1, e) == -1)
		return -1;
	while (left > 0) {
		size_t n = left < STEP - 1 ? left : STEP - 1;

		for (size_t i = 0; i < n; i++)
			step[i] = from[i] == '\n' || from[i] == '\r' ? ' ' :
			    from[i];
		from += n;
		left -= n;
		if (left == 0)
			step[n++] = '\n';
		if (sink_write(p->sink, step, n, e) == -1)
			return -1;
	}
	return 0;
}

/* A whole answer is in the window: 1 to have it again, 0 done, -1 error. */
static int
take_page(struct pages *p, const struct http_call *call, const char *what,
    struct err *e)
{
	char shown[256];

	if (pager_take(p->pager, window_bytes(p->window),
	    window_size(p->window), e) == -1) {
		url_mask(call->url, shown, sizeof shown);
		err_prefix(e, "cannot use %s'%s'", what, shown);
		/* Without a length a cut looks like an end. */
		return call->framed || e->code != EXIT_DATA ? -1 : 1;
	}
	return write_line(p, e);
}

static int
judge(struct pages *p, const struct http_call *call, const char *what,
    struct err *e)
{
	if (p->problem == ENOSPC)
		return err_set(e, EXIT_DATA, "%sthe answer is larger than the "
		    "%zu bytes of -m", what, window_limit(p->window));
	if (p->problem != 0)
		return err_sys(e, EXIT_INTERNAL, p->problem, "%scannot keep it",
		    what);
	if (call->end == HTTP_COMPLETE && call->status == 200)
		return take_page(p, call, what, e);
	session_failure(call, what, e);
	return retry_worth(call->end, call->status) ? 1 : -1;
}

static int
get_page(struct pages *p, struct err *e)
{
	struct http_call call = { .method = "GET", .url = pager_url(p->pager),
	    .headers = p->session->headers,
	    .n_headers = p->session->n_headers,
	    .on_head = on_head, .on_body = on_body, .ctx = p };
	char what[40];
	unsigned made = 0;
	int r = 1;

	snprintf(what, sizeof what, "page %" PRIu64 " of ",
	    p->pager->pages + 1);
	while (r == 1) {
		p->problem = 0;
		r = session_perform(p->session, &call, e);
		if (r == 0)
			r = judge(p, &call, what, e);
		if (r == 1 && session_again(p->session, ++made, &call, e) == -1)
			r = -1;
		http_done(&call);
	}
	return r;
}

int
pages_run(struct pages *p, struct err *e)
{
	uint64_t written = 0;

	while (pager_url(p->pager) != NULL) {
		if (get_page(p, e) == -1)
			return err_prefix(e, "%" PRIu64 " pages written",
			    written);
		written++;
		atomic_fetch_add(&p->session->meter->records, 1);
	}
	return 0;
}
