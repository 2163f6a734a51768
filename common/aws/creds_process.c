/* Runs the command, reads what it prints to its end. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <string.h>

#include "base/io.h"
#include "base/stop.h"
#include "base/window.h"
#include "aws/creds_process.h"

enum { OUTPUT_MAX = 64 * 1024 };	/* bytes; credentials take one or two
					 * thousand */

static int
read_all(struct input *in, struct window *w, struct err *e)
{
	char buf[4096];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = input_read(in, buf, sizeof buf, e)) != 0)
		rc = n < 0 ? -1 : window_write(w, buf, (size_t)n) == 0 ? 0 :
		    err_set(e, EXIT_AUTH, "it prints more than %d bytes",
		    OUTPUT_MAX);
	explicit_bzero(buf, sizeof buf);
	return rc;
}

/* What the command prints, until it has ended well. */
static int
run(const char *command, int stop, struct window *w, struct err *e)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" },
		(char *)(uintptr_t)command, NULL };
	struct input in = { .fd = -1, .stop = stop };
	int rc = input_open(&in, &(struct input_how){ .from = argv,
		.stop = stop }, e);

	if (rc == 0)
		rc = read_all(&in, w, e);
	input_close(&in);
	return rc;
}

int
creds_process(const char *command, int64_t ms, int stop,
    struct creds_secret *s, struct err *e)
{
	struct stop_timer limit;
	struct window w;
	int rc = -1;

	/* All of it at once, as a window that grows leaves copies behind. */
	if (window_init(&w, OUTPUT_MAX) != 0)
		return err_memory(e);
	if (window_reserve(&w, OUTPUT_MAX) != 0)
		err_memory(e);
	else if (stop_timer_open(&limit, stop, ms, e) == 0) {
		rc = run(command, limit.fd, &w, e);
		if (rc != 0 && e->code == EXIT_TEMP && stop_timer_up(&limit))
			err_set(e, EXIT_TEMP, "it has not ended after %.1f s",
			    (double)ms / 1000);
		stop_timer_close(&limit);
	}
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&w), window_size(&w), e);
	explicit_bzero((void *)(uintptr_t)window_bytes(&w), window_size(&w));
	window_free(&w);
	if (rc == 0)
		return 0;
	err_class(e, EXIT_AUTH);
	return err_prefix(e, "credential_process");
}
