/* Questions about credentials, repeated for a while. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdlib.h>
#include <string.h>

#include "aws/creds_ask.h"
#include "http/retry.h"

enum {
	ANSWER_MAX = 64 * 1024,	/* bytes; answers have one or two thousand */
	ATTEMPTS = 4,		/* whoever asks for the credentials repeats
				 * that, too */
	BASE_MS = 100,		/* the endpoints are on this machine or near: a
				 * lost answer is asked for again at once */
	CAP_MS = 1000,		/* even if the server asks for more: a request
				 * to S3 waits for the answer */
	WHOLE = 5		/* times the wait for a byte, for all of them */
};

struct http *
creds_client(long ms, bool no_proxy, struct trust *trust, struct err *e)
{
	const struct http_config config = { .connect_ms = ms, .stall_ms = ms,
		.answer_ms = (int64_t)ms * WHOLE, .connections = 1,
		.no_proxy = no_proxy,
		.trust = trust };

	return http_new(&config, e);
}

static int
collect(struct http_call *call, const void *data, size_t len)
{
	return window_write(call->ctx, data, len);
}

/* 0: answered with 200; 1: worth another attempt; -1. */
static int
ask_once(struct http *http, int stop, struct http_call *call,
    const char *shown, struct err *e)
{
	int rc = 0;

	window_rewind(call->ctx);
	if (http_run(http, call, stop, e) != 0)
		return -1;
	if (call->end == HTTP_NO_MEMORY)
		return err_memory(e);
	if (call->end != HTTP_COMPLETE)
		rc = err_set(e, retry_worth(call->end, 0) ? EXIT_TEMP :
		    EXIT_AUTH, "no credentials from '%s': %s", shown,
		    call->end == HTTP_STOPPED ? "the answer is too long" :
		    call->why);
	else if (call->status != 200)
		rc = err_set(e, retry_worth(call->end, call->status) ?
		    EXIT_TEMP : EXIT_AUTH, "no credentials from '%s': "
		    "status %d", shown, call->status);
	return rc != 0 && retry_worth(call->end, call->status) ? 1 : rc;
}

int
creds_ask(struct http *http, int stop, const struct http_call *question,
    const char *shown, struct window *answer, int *status, struct err *e)
{
	const struct retry_policy policy = { .attempts = ATTEMPTS,
		.base_ms = BASE_MS, .cap_ms = CAP_MS, .asked_ms = CAP_MS };
	struct http_call call;
	int64_t wait = 0;
	int rc = 1;

	/* All of it at once, as a window that grows leaves copies behind. */
	if (window_init(answer, ANSWER_MAX) != 0 ||
	    window_reserve(answer, ANSWER_MAX) != 0)
		return err_memory(e);
	for (unsigned made = 1; rc == 1 && wait >= 0; made++) {
		call = *question;
		call.on_body = collect;
		call.ctx = answer;
		rc = ask_once(http, stop, &call, shown, e);
		if (status != NULL)
			*status = call.status;
		wait = rc == 1 ? retry_next(&policy, made, &call) : 0;
		http_done(&call);
		if (wait > 0 && http_sleep(http, wait, stop, e) != 0)
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
