/* Questions about credentials, repeated for a while. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/meter.h"
#include "aws/creds_ask.h"
#include "http/retry.h"

enum { ANSWER_MAX = 64 * 1024, ATTEMPTS = 4,
	WHOLE = 5 };		/* times the wait for a byte, for all of them */

struct http *
creds_client(long ms, bool no_proxy, struct err *e)
{
	const struct http_config config = { .connect_ms = ms, .stall_ms = ms,
		.answer_ms = (int64_t)ms * WHOLE, .connections = 1,
		.no_proxy = no_proxy,
		.ca_file = environment("AWS_CA_BUNDLE") };

	return http_new(&config, e);
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	return window_write(call->ctx, data, len);
}

static int
stopped(struct err *e)
{
	return err_set(e, EXIT_TEMP, "stopped");
}

/* Until it has ended; -1 with e. */
static int
run(struct http *http, int stop, struct http_call *call, struct err *e)
{
	struct pollfd fd = { stop, POLLIN, 0 };

	if (http_start(http, call, e) != 0)
		return -1;
	while (http_wait(http, -1, &fd, stop >= 0) != call)
		if (fd.revents != 0) {
			http_cancel(http, call);
			return stopped(e);
		}
	return 0;
}

/* 0: answered with 200; 1: worth another attempt; -1. */
static int
ask_once(struct http *http, int stop, struct http_call *call,
    const char *shown, struct err *e)
{
	int rc = 0;

	window_rewind(call->ctx);
	if (run(http, stop, call, e) != 0)
		return -1;
	if (call->end == HTTP_NO_MEMORY)
		return err_memory(e);
	if (call->end != HTTP_COMPLETE)
		rc = err_set(e, EXIT_TEMP, "no credentials from '%s': %s",
		    shown, call->end == HTTP_STOPPED ? "the answer is too "
		    "long" : call->why);
	else if (call->status != 200)
		rc = err_set(e, EXIT_AUTH, "no credentials from '%s': "
		    "status %d", shown, call->status);
	return rc != 0 && retry_worth(call->end, call->status) ? 1 : rc;
}

/* Before the next attempt. */
static int
pause_ms(int64_t ms, int stop, struct err *e)
{
	struct pollfd fd = { stop, POLLIN, 0 };
	int64_t until = meter_now() + ms;
	int rc = 0;

	while (ms > 0 && rc <= 0) {
		rc = poll(&fd, 1, ms < INT_MAX ? (int)ms : INT_MAX);
		if (rc < 0 && errno != EINTR && errno != EAGAIN)
			break;
		ms = until - meter_now();
	}
	return rc > 0 ? stopped(e) : 0;
}

int
creds_ask(struct http *http, int stop, const struct http_call *question,
    const char *shown, struct window *answer, int *status, struct err *e)
{
	const struct retry_policy policy = { .attempts = ATTEMPTS,
		.base_ms = 100, .cap_ms = 1000 };
	struct http_call call;
	int64_t wait = 0;
	int rc = 1;

	if (window_init(answer, ANSWER_MAX) != 0)
		return err_memory(e);
	for (unsigned made = 1; rc == 1 && wait >= 0; made++) {
		call = *question;
		call.on_body = collect;
		call.ctx = answer;
		rc = ask_once(http, stop, &call, shown, e);
		if (status != NULL)
			*status = call.status;
		http_done(&call);
		wait = rc == 1 ? retry_delay(&policy, made, -1, meter_now(),
		    retry_random()) : 0;
		if (wait > 0 && pause_ms(wait, stop, e) != 0)
			rc = -1;
	}
	return rc == 0 ? 0 : -1;
}

void
creds_forget(struct window *answer)
{
	if (answer->stream != NULL)
		explicit_bzero((void *)(uintptr_t)window_bytes(answer),
		    window_size(answer));
	window_free(answer);
}
