/* io: complete input, sealed output. */
#define _GNU_SOURCE	/* F_SETPIPE_SZ */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/stop.h"

enum {
	PIPE_SIZE = 1 << 20,	/* bytes; what Linux allows any user by default
				 * (/proc/sys/fs/pipe-max-size) */
	LOOK_MS = 10,		/* to the next look for stages; it doubles: the
				 * shell starts them within some ms */
	LOOK_MOST_MS = 10 * 1000	/* from here on it stays, so that looking
				 * is not felt */
};

/* Enlarges a pipe, so that two stages take turns less often.  Where that is not
 * possible (it is no pipe, or the user's pages for pipes are used up) the old
 * size is kept. */
static void
widen(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ);

	if (size > 0 && size < PIPE_SIZE && fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE) < 0)
		return;
}

void
io_guard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The lowest free number is fd.  Nothing to be done, or
		 * said, where even /dev/null is missing. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY :
		    O_RDONLY) < 0)
			return;
	}
}

/*
 * Opening a FIFO waits for its writer, which no stop descriptor ends.  So it is
 * opened without waiting, and poll(2) waits: one that never had a writer since
 * is not at its end.  Afterwards the description, which is ours alone, blocks
 * as usual.
 */
static int
open_file(struct input *in, const char *path, struct err *e)
{
	struct stat st;

	in->name = path;
	in->fd = open(path, O_RDONLY | O_CLOEXEC |
	    (in->stop >= 0 ? O_NONBLOCK : 0));
	if (in->fd < 0)
		return err_sys(e, EXIT_IO, errno, "cannot open '%s'", path);
	if (in->stop < 0)
		return 0;
	if (fstat(in->fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
	    stop_wait(in->stop, in->fd, POLLIN, e) != 0)
		return -1;
	if (fcntl(in->fd, F_SETFL, 0) != 0)
		return err_sys(e, EXIT_IO, errno, "cannot open '%s'", path);
	return 0;
}

/* What has been seen above standard input knows more than what can be seen
 * now. */
static void
look_above(struct input *in)
{
	struct pipeline *seen = in->how.seen;

	if (in->fd != STDIN_FILENO || seen == NULL || !seen->on) {
		pipeline_open(&in->above, in->fd);
		return;
	}
	in->above = *seen;
	seen->on = false;
}

int
input_open(struct input *in, const struct input_how *how, struct err *e)
{
	*in = (struct input){ .fd = STDIN_FILENO, .stop = how->stop,
		.how = *how, .name = "stdin" };
	if (how->from != NULL) {
		in->name = how->from[0];
		if (upstream_start(&in->from, how->from, &in->fd, e) != 0) {
			in->fd = -1;
			return -1;
		}
	} else if (how->operand != NULL && strcmp(how->operand, "-") != 0 &&
	    open_file(in, how->operand, e) != 0) {
		input_close(in);
		return -1;
	}
	widen(in->fd);
	if (how->from == NULL)
		look_above(in);
	waits_take(how->waits, in->fd);
	return 0;
}

/* A message about a stage that failed says what follows from that. */
static int
lost(const struct input *in, struct err *e)
{
	size_t at = strlen(e->text);

	if (in->how.loss != NULL && e->code != EXIT_PIPE)
		snprintf(e->text + at, sizeof e->text - at, ": %s", in->how.loss);
	return -1;
}

/* Who wrote, and did all of them finish? */
static int
judge_writers(struct input *in, enum seal seal, struct err *e)
{
	const struct pipeline_terms terms = { .accepted = in->how.accepted,
		.verbose = in->how.verbose, .stop = in->stop };
	struct err why = ERR_NONE;

	switch (pipeline_judge(&in->above, &terms, &why)) {
	case 0:
		return 0;
	case 1:
		if (!in->how.require_seal || seal == SEAL_SEALED)
			return 0;
		err_set(e, EXIT_UPSTREAM, "'%s' ended without a seal, which is "
		    "required, and %s", in->name, why.text);
		return lost(in, e);
	default:
		*e = why;
		return lost(in, e);
	}
}

/* End of file is not success: who wrote, and how did it end? */
static int
judge_end(struct input *in, struct err *e)
{
	bool command = in->from.pid > 0;
	enum seal seal = seal_read(in->fd);

	if (upstream_wait(&in->from, in->how.accepted, in->stop, e) != 0)
		return lost(in, e);
	if (seal == SEAL_OPEN) {
		err_set(e, EXIT_UPSTREAM, "upstream did not finish: '%s' ended "
		    "after %llu bytes without its seal", in->name,
		    (unsigned long long)in->bytes);
		return lost(in, e);
	}
	if (seal >= SEAL_LEFT) {
		err_set(e, seal == SEAL_TEMPORARY ? EXIT_TEMP : EXIT_UPSTREAM,
		    "upstream failed: '%s' was broken off after %llu bytes",
		    in->name, (unsigned long long)in->bytes);
		return lost(in, e);
	}
	if (!command && judge_writers(in, seal, e) != 0)
		return -1;
	if (in->bytes == 0 && !command && !in->how.allow_empty &&
	    seal_missing(in->fd)) {
		err_set(e, EXIT_UPSTREAM, "upstream did not run: nothing came "
		    "from '%s', and it has no seal (if that is right: "
		    "--allow-empty)", in->name);
		return lost(in, e);
	}
	if (in->tap != NULL && in->tap(in->tap_ctx, NULL, 0, e) != 0)
		return -1;
	in->ended = true;
	return 0;
}

/* A shell may still be starting what is above, so until the first byte comes it
 * is looked at again and again. */
static int
wait_for_first(struct input *in, struct err *e)
{
	int ms = LOOK_MS, late;

	while ((late = stop_wait_ms(in->stop, in->fd, POLLIN, ms, e)) > 0) {
		pipeline_look(&in->above);
		ms = ms < LOOK_MOST_MS ? 2 * ms : ms;
	}
	pipeline_look(&in->above);
	return late;
}

/* Somebody else may have made the descriptor non-blocking: then a call that
 * fails for now only is made again when it is ready. */
static ssize_t
read_some(struct input *in, void *buf, size_t len, struct err *e)
{
	bool wait = in->stop >= 0;
	ssize_t n;

	if (in->bytes == 0 && in->above.on && wait_for_first(in, e) != 0)
		return -1;
	do {
		if (wait && stop_wait(in->stop, in->fd, POLLIN, e) != 0)
			return -1;
		n = read(in->fd, buf, len);
		wait |= n < 0 && errno == EAGAIN;
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n < 0 ? err_sys(e, EXIT_IO, errno, "cannot read '%s'", in->name) :
	    n;
}

ssize_t
input_read(struct input *in, void *buf, size_t len, struct err *e)
{
	ssize_t n;

	if (in->ended)
		return 0;
	waits_begin(in->how.waits, WAITS_FOR_INPUT);
	n = read_some(in, buf, len, e);
	waits_end(in->how.waits);
	if (n < 0)
		return -1;
	if (n == 0)
		return judge_end(in, e);
	in->bytes += (uint64_t)n;
	if (in->tap != NULL && in->tap(in->tap_ctx, buf, (size_t)n, e) != 0)
		return -1;
	return n;
}

/* An input that was read to its complete end, seen as the proof of that: nobody
 * else knows what is in it, so nobody else can make one. */
struct complete_input {
	struct input input;
};

const struct complete_input *
input_complete(const struct input *in)
{
	return in->ended ? (const struct complete_input *)in : NULL;
}

uint64_t
complete_input_bytes(const struct complete_input *complete)
{
	return complete->input.bytes;
}

bool
input_pending(const struct input *in)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	return in->ended || poll(&p, 1, 0) != 0;
}

void
input_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	pipeline_close(&in->above);
	upstream_stop(&in->from, in->stop);
}

int
output_open(struct output *out, int stop, struct err *e)
{
	*out = (struct output){ .fd = STDOUT_FILENO, .stop = stop,
		.name = "stdout" };
	/* So the write fails instead, and there is a message. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return err_sys(e, EXIT_INTERNAL, errno, "cannot ignore a signal");
	seal_open(out->fd);
	widen(out->fd);
	return 0;
}

int
output_write(struct output *out, const void *buf, size_t len, struct err *e)
{
	/* A pipe that is ready takes so much without waiting. */
	size_t most = out->stop >= 0 ? PIPE_BUF : SSIZE_MAX;
	bool wait = out->stop >= 0;
	const char *at = buf;
	ssize_t n;

	while (len > 0) {
		if (wait && stop_wait(out->stop, out->fd, POLLOUT, e) != 0)
			return -1;
		waits_begin(out->waits, WAITS_FOR_OUTPUT);
		n = write(out->fd, at, len < most ? len : most);
		waits_end(out->waits);
		wait |= n < 0 && errno == EAGAIN;
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0 && errno == EPIPE)
			return err_set(e, EXIT_PIPE, "downstream went away");
		if (n < 0)
			return err_sys(e, EXIT_IO, errno, "cannot write to '%s'",
			    out->name);
		at += n;
		len -= (size_t)n;
		out->bytes += (uint64_t)n;
	}
	return 0;
}

int
output_finish(struct output *out, struct err *e)
{
	struct stat st;
	int fd = out->fd;

	if (fstat(fd, &st) != 0)
		return err_sys(e, EXIT_IO, errno, "cannot finish '%s'", out->name);
	if (S_ISFIFO(st.st_mode)) {
		seal_finish(fd);
		return 0;
	}
	out->fd = -1;
	/* Where quotas and network file systems report what write did not. */
	if (close(fd) != 0 && errno != EINTR)
		return err_sys(e, EXIT_IO, errno, "cannot finish '%s'", out->name);
	return 0;
}

void
output_fail(struct output *out, enum exit_code code)
{
	if (out->fd >= 0)
		seal_break(out->fd, seal_of_exit(code));
}

/* Reads until the end or until buf is full. */
static ssize_t
slurp_into(const struct input *in, char *buf, size_t size, struct err *e)
{
	size_t have = 0;
	ssize_t n;

	while (have < size) {
		if (in->stop >= 0 &&
		    stop_wait(in->stop, in->fd, POLLIN, e) != 0)
			return -1;
		n = read(in->fd, buf + have, size - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EXIT_IO, errno, "cannot read '%s'",
			    in->name);
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

char *
io_slurp_until(const char *path, size_t limit, size_t *len, int stop,
    struct err *e)
{
	struct input in = { .fd = -1, .stop = stop };
	char *buf = NULL;
	ssize_t n = -1;

	if (open_file(&in, path, e) == 0) {
		buf = malloc(limit + 2);
		n = buf == NULL ? err_memory(e) :
		    slurp_into(&in, buf, limit + 1, e);
	}
	if (in.fd >= 0)
		close(in.fd);
	if (n >= 0 && (size_t)n <= limit) {
		buf[n] = '\0';
		if (len != NULL)
			*len = (size_t)n;
		return buf;
	}
	if (n >= 0)
		err_set(e, EXIT_DATA, "'%s' is larger than %zu bytes", path,
		    limit);
	free(buf);
	return NULL;
}

char *
io_slurp(const char *path, size_t limit, size_t *len, struct err *e)
{
	return io_slurp_until(path, limit, len, -1, e);
}
