/*
 * tee: the writer's thread writes to the output and to a pipe, the checking
 * thread reads the pipe to its end, whatever it finds: so the writer is never
 * stuck, and it learns the verdict when it joins.
 */
#define _GNU_SOURCE	/* pipe2 */
#include "archive/tee.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "archive/unarchive.h"

static ssize_t
read_pipe(void *arg, void *buf, size_t len, struct err *e)
{
	struct tee *t = arg;
	ssize_t n;

	do
		n = read(t->from_fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? err_sys(e, EXIT_INTERNAL, errno, "cannot read back") : n;
}

static void *
check_main(void *arg)
{
	struct tee *t = arg;
	const struct unarchive_options o = { .read = read_pipe, .from = t,
	    .seek_fd = -1, .passphrase = t->passphrase,
	    .kind = t->kind };
	struct unarchive *u = unarchive_open(&o, &t->failed);
	char rest[4096];

	t->rc = u != NULL ? tally_read(&t->found, u, &t->failed) : -1;
	unarchive_close(u);
	while (read(t->from_fd, rest, sizeof rest) > 0)
		;
	return NULL;
}

/* Signals are the writer's: the thread inherits a mask that blocks all. */
static int
start_thread(struct tee *t)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->thread, NULL, check_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int
tee_open(struct tee *t, struct output *out, bool verify,
    enum unarchive_kind kind, const char *passphrase, struct err *e)
{
	int fds[2], rc;

	*t = (struct tee){ .out = out, .verify = verify, .fd = -1,
	    .kind = kind, .passphrase = passphrase };
	if (!verify)
		return 0;
	if (pipe2(fds, O_CLOEXEC) != 0)
		return err_sys(e, EXIT_INTERNAL, errno, "cannot make a pipe");
	t->from_fd = fds[0];
	t->fd = fds[1];
	if ((rc = start_thread(t)) == 0)
		return 0;
	close(fds[0]);
	close(fds[1]);
	t->fd = -1;
	return err_sys(e, EXIT_INTERNAL, rc, "cannot start a thread");
}

int
tee_write(void *arg, const void *buf, size_t len, struct err *e)
{
	struct tee *t = arg;
	const char *at = buf;
	size_t left = t->fd >= 0 ? len : 0;
	ssize_t n;

	while (left > 0) {
		n = write(t->fd, at, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EXIT_INTERNAL, errno,
			    "cannot write to the verifier");
		at += n;
		left -= (size_t)n;
	}
	return output_write(t->out, buf, len, e);
}

void
tee_close(struct tee *t)
{
	if (t->fd < 0)
		return;
	close(t->fd);
	t->fd = -1;
	pthread_join(t->thread, NULL);
	close(t->from_fd);
}

int
tee_finish(struct tee *t, const struct tally *want, struct err *e)
{
	tee_close(t);
	if (!t->verify)
		return 0;
	if (t->rc != 0) {
		*e = t->failed;
		e->code = EXIT_INTERNAL;
		return err_prefix(e, "cannot verify the archive");
	}
	return tally_check(&t->found, want, e);
}
