/* Signals that end the program, taken from a signalfd(2). */
#include "base/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

static void
end_at_once(int signal)
{
	_exit(128 + signal);
}

void
stop_as_init(void)
{
	struct sigaction now, end = { .sa_handler = end_at_once };

	for (unsigned i = 0; getpid() == 1 &&
	    i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler == SIG_DFL)
			sigaction(signals[i], &end, NULL);
}

int
stop_open(struct stop *s, struct err *e)
{
	struct sigaction now;
	sigset_t set;

	*s = (struct stop){ .fd = -1 };
	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, signals[i]);
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return err_sys(e, EXIT_INTERNAL, errno,
		    "cannot watch for signals");
	return 0;
}

void
stop_close(struct stop *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

unsigned
stop_poll(struct stop *s)
{
	struct signalfd_siginfo info;

	while (s->fd >= 0 && read(s->fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (s->count++ == 0)
			s->signal = (int)info.ssi_signo;
	}
	return s->count;
}

int
stop_wait(int stop, int fd, short events, struct err *e)
{
	struct pollfd fds[] = { { stop, POLLIN, 0 }, { fd, events, 0 } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return 0;
	return fds[0].revents == 0 ? 0 : err_set(e, EXIT_TEMP, "stopped");
}
