/* session: pacing, deadline and repetition around http. */
#include "network/session.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "network/url.h"

enum { TOO_MANY = 429, TOO_MANY_MS = 2000 };

/* Lets ms pass; connections are looked after meanwhile. */
static void
pause_for(struct session *s, int64_t ms)
{
	int64_t end = meter_now() + ms;

	while ((ms = end - meter_now()) > 0)
		http_wait(s->http, ms > INT_MAX ? INT_MAX : (int)ms, NULL, 0);
}

static int
deadline_passed(struct err *e, const char *url)
{
	char shown[256];

	url_mask(url, shown, sizeof shown);
	return err_set(e, EXIT_TEMP, "cannot get '%s': the deadline has passed",
	    shown);
}

static int
wait_for_turn(struct session *s, const char *url, struct err *e)
{
	int64_t now = meter_now();

	if (s->policy.deadline != 0 && (now >= s->policy.deadline ||
	    s->next_start >= s->policy.deadline))
		return deadline_passed(e, url);
	if (s->interval_ms == 0)
		return 0;
	pause_for(s, s->next_start - now);
	s->next_start = meter_now() + s->interval_ms;
	return 0;
}

int
session_perform(struct session *s, struct http_call *call, struct err *e)
{
	int64_t left = -1;

	call->slot = NULL;
	if (wait_for_turn(s, call->url, e) == -1 ||
	    http_start(s->http, call, e) == -1)
		return -1;
	s->requests++;
	for (;;) {
		if (s->policy.deadline != 0) {
			left = s->policy.deadline - meter_now();
			if (left <= 0) {
				http_cancel(s->http, call);
				return deadline_passed(e, call->url);
			}
		}
		if (http_wait(s->http, left > INT_MAX ? INT_MAX : (int)left,
		    NULL, 0) == call)
			return 0;
	}
}

int
session_failure(const struct http_call *call, const char *what, struct err *e)
{
	char shown[256];
	enum exit_code code = EXIT_REMOTE;

	url_mask(call->url, shown, sizeof shown);
	if (call->end != HTTP_COMPLETE && call->end != HTTP_STOPPED) {
		if (call->end == HTTP_UNTRUSTED)
			code = EXIT_AUTH;
		return err_set(e, code, "cannot get %s'%s': %s", what, shown,
		    call->why);
	}
	if (call->status == 401 || call->status == 403 || call->status == 407)
		code = EXIT_AUTH;
	return err_set(e, code, "cannot get %s'%s': HTTP status %d", what,
	    shown, call->status);
}

int
session_again(struct session *s, unsigned made, const struct http_call *call,
    struct err *e)
{
	int64_t now = meter_now(), asked = -1, wait;

	if (call->status >= 400)
		asked = retry_after(http_header(call, "Retry-After"),
		    (int64_t)time(NULL));
	if (asked < 0 && call->status == TOO_MANY)
		asked = TOO_MANY_MS;
	wait = retry_delay(&s->policy, made, asked, now, retry_random());
	if (wait < 0) {
		if (made < s->policy.attempts) {
			e->code = EXIT_TEMP;
			return err_prefix(e, "the deadline has come after "
			    "attempt %u", made);
		}
		if (made > 1)
			return err_prefix(e, "gave up after %u attempts",
			    made);
		return -1;
	}
	if (s->verbose)
		diag_say("%s; attempt %u follows in %.1f s", e->text, made + 1,
		    (double)wait / 1000);
	s->retries++;
	pause_for(s, wait);
	return 0;
}
