/* upstream: runs the command of --from and judges how it ended. */
#define _GNU_SOURCE	/* pipe2, close_range, syscall */
#include "base/upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	GRACE_MS = 2000,	/* between SIGTERM and SIGKILL */
	STEP_MS = 10,		/* between two questions */
	MAX_KEPT = 64,		/* words that name a descriptor */
	MANY = 4096		/* descriptors to close one by one, on Linux
				 * before 5.11: more than a tool of ours opens */
};

/* Dispositions set to "ignore" survive exec, handlers do not; masks do.  We
 * ignore SIGPIPE and SIGXFSZ, and end the command by SIGTERM. */
static void
default_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * No descriptor above standard error goes to the command but those in its words:
 * in `s3put … --from cmp <(a) <(b)` the shell gave those to us, for cmp.  What
 * we opened ourselves is closed on exec, but libraries may forget that.
 */
static void
close_descriptors(char *const argv[])
{
	int kept[MAX_KEPT], n = 0;

	for (; *argv != NULL; argv++) {
		const char *at = strstr(*argv, "/fd/");
		long fd = at == NULL ? -1 : strtol(at + 4, NULL, 10);

		if (n < MAX_KEPT && fd > STDERR_FILENO && fd <= INT_MAX &&
		    fcntl((int)fd, F_GETFD) == 0)
			kept[n++] = (int)fd;
	}
	if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		for (int fd = STDERR_FILENO + 1; fd < MANY; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	while (n > 0)
		fcntl(kept[--n], F_SETFD, 0);
}

/* In the child; what fails goes through the status pipe as an errno. */
_Noreturn static void
run_command(char *const argv[], int out, int status, pid_t parent)
{
	int null, errnum;

	default_signals();
	null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0)
		goto fail;
	close_descriptors(argv);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		goto fail;
	if (getppid() != parent)	/* it died before the prctl */
		_exit(EXIT_UPSTREAM);
	execvp(argv[0], argv);
fail:
	errnum = errno;
	while (write(status, &errnum, sizeof errnum) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* An errno from the child, or 0 when exec closed the status pipe. */
static int
exec_result(int status)
{
	int errnum = 0;
	ssize_t n;

	do
		n = read(status, &errnum, sizeof errnum);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof errnum ? errnum : 0;
}

int
upstream_start(struct upstream *u, char *const argv[], int *fd, struct err *e)
{
	int data[2], status[2], errnum;
	pid_t parent = getpid();

	u->pid = 0;
	u->name = argv[0];
	/* A parent may have ignored SIGCHLD, which exec keeps: then there would
	 * be no status to wait for. */
	signal(SIGCHLD, SIG_DFL);
	if (pipe2(data, O_CLOEXEC) != 0)
		return err_sys(e, EXIT_IO, errno, "cannot make a pipe");
	if (pipe2(status, O_CLOEXEC) != 0) {
		errnum = errno;
		close(data[0]);
		close(data[1]);
		return err_sys(e, EXIT_IO, errnum, "cannot make a pipe");
	}
	u->pid = fork();
	if (u->pid == 0)
		run_command(argv, data[1], status[1], parent);
	errnum = errno;
	close(data[1]);
	close(status[1]);
	if (u->pid > 0)
		errnum = exec_result(status[0]);
	close(status[0]);
	if (u->pid > 0 && errnum == 0) {
		*fd = data[0];
		return 0;
	}
	close(data[0]);
	if (u->pid > 0)
		upstream_stop(u, -1);
	u->pid = 0;
	return err_sys(e, EXIT_UPSTREAM, errnum, "cannot run '%s'", argv[0]);
}

/*
 * The command's process id when it has ended, and its status; 0 when it has
 * not after so many ms (-1: without limit) or stop became readable first; -1
 * with errno.  Where the kernel has no pidfd (before 5.3) it is asked again and
 * again.
 */
static pid_t
await(const struct upstream *u, int *status, int stop, int ms)
{
	int pidfd = (int)syscall(SYS_pidfd_open, u->pid, 0);
	int step = pidfd >= 0 ? ms : STEP_MS;
	struct pollfd fds[] = { { pidfd, POLLIN, 0 }, { stop, POLLIN, 0 } };
	pid_t got;

	while ((got = waitpid(u->pid, status, WNOHANG)) == 0 && ms != 0) {
		poll(fds, 2, step);
		if (fds[1].revents != 0)
			break;
		if (ms > 0)
			ms = ms > step ? ms - step : 0;
	}
	if (pidfd >= 0)
		close(pidfd);
	return got;
}

/* A command of ours says by its code what helps, and many others mean the same
 * by sysexits(3).  EXIT_PIPE says that we left. */
static enum exit_code
code_of_status(int status)
{
	switch (status) {
	case EXIT_USAGE:
	case EXIT_DATA:
	case EXIT_REMOTE:
	case EXIT_INTERNAL:
	case EXIT_EXISTS:
	case EXIT_IO:
	case EXIT_TEMP:
	case EXIT_AUTH:
		return (enum exit_code)status;
	default:
		return EXIT_UPSTREAM;
	}
}

int
upstream_wait(struct upstream *u, const bool *accepted, int stop,
    struct err *e)
{
	int status;
	pid_t got;

	if (u->pid <= 0)
		return 0;
	got = await(u, &status, stop, -1);
	if (got == 0)
		return err_set(e, EXIT_TEMP, "stopped");
	u->pid = 0;
	if (got < 0)
		return err_sys(e, EXIT_UPSTREAM, errno,
		    "cannot learn how '%s' ended", u->name);
	if (WIFSIGNALED(status))
		return err_set(e, EXIT_UPSTREAM,
		    "upstream '%s' did not finish: killed by signal %d",
		    u->name, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0 &&
	    (accepted == NULL || !accepted[WEXITSTATUS(status)]))
		return err_set(e, code_of_status(WEXITSTATUS(status)),
		    "upstream '%s' did not finish: it exited with %d",
		    u->name, WEXITSTATUS(status));
	return 0;
}

void
upstream_stop(struct upstream *u, int stop)
{
	int status;

	if (u->pid <= 0)
		return;
	kill(u->pid, SIGTERM);
	if (await(u, &status, stop, GRACE_MS) == 0) {
		kill(u->pid, SIGKILL);
		await(u, &status, -1, -1);
	}
	u->pid = 0;
}
