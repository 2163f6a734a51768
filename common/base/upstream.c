/* upstream: runs the command of --from and judges how it ended. */
#define _GNU_SOURCE	/* pipe2 */
#include "base/upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_MS = 2000, STEP_MS = 10 };

/* Dispositions set to "ignore" survive exec, handlers do not; masks do. */
static void
default_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
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
	if (null > STDERR_FILENO)
		close(null);
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
		upstream_stop(u);
	u->pid = 0;
	return err_sys(e, EXIT_UPSTREAM, errnum, "cannot run '%s'", argv[0]);
}

int
upstream_wait(struct upstream *u, struct err *e)
{
	int status;
	pid_t got;

	if (u->pid <= 0)
		return 0;
	do
		got = waitpid(u->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	u->pid = 0;
	if (got < 0)
		return err_sys(e, EXIT_UPSTREAM, errno,
		    "cannot learn how '%s' ended", u->name);
	if (WIFSIGNALED(status))
		return err_set(e, EXIT_UPSTREAM,
		    "upstream '%s' did not finish: killed by signal %d",
		    u->name, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return err_set(e, EXIT_UPSTREAM,
		    "upstream '%s' did not finish: it exited with %d",
		    u->name, WEXITSTATUS(status));
	return 0;
}

void
upstream_stop(struct upstream *u)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	if (u->pid <= 0)
		return;
	kill(u->pid, SIGTERM);
	for (int waited = 0; waitpid(u->pid, NULL, WNOHANG) == 0;
	    waited += STEP_MS) {
		if (waited == GRACE_MS)
			kill(u->pid, SIGKILL);
		nanosleep(&step, NULL);
	}
	u->pid = 0;
}
