/* Runs the command, reads what it prints to its end. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <string.h>

#include "base/io.h"
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

int
creds_process(const char *command, int stop, struct creds_secret *s,
    struct err *e)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" },
		(char *)(uintptr_t)command, NULL };
	struct input in = { .fd = -1, .stop = stop };
	struct window w;
	int rc;

	if (window_init(&w, OUTPUT_MAX) != 0)
		return err_memory(e);
	rc = input_open(&in, &(struct input_how){ .from = argv, .stop = stop },
	    e);
	if (rc == 0)
		rc = read_all(&in, &w, e);
	input_close(&in);
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&w), window_size(&w), e);
	explicit_bzero((void *)(uintptr_t)window_bytes(&w), window_size(&w));
	window_free(&w);
	if (rc == 0)
		return 0;
	if (e->code != EXIT_INTERNAL && e->code != EXIT_TEMP)
		e->code = EXIT_AUTH;
	return err_prefix(e, "credential_process");
}
