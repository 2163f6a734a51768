/* Signals that end the program, from a signalfd(2), and its deadline, from a
 * timerfd_create(2). */
#include "base/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/seal.h"

static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

static void
end_at_once(int signal)
{
	_exit(128 + signal);
}

void
stop_as_usual(void)
{
	struct sigaction now, end = { .sa_handler = end_at_once };
	sigset_t set;

	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&set, signals[i]);
	/* It cannot fail for a set that is one. */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	for (unsigned i = 0; getpid() == 1 &&
	    i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler == SIG_DFL)
			sigaction(signals[i], &end, NULL);
}

/* Milliseconds after the deadline, for a request under way to end by itself and
 * to say which one it was.  It needs a few; less would often lose that message
 * on a busy machine, and more would let the run last longer than was asked for. */
enum { GRACE_MS = 500 };

static void
end_without_message(int signal)
{
	(void)signal;
	_exit(EXIT_TEMP);
}

/* Where nobody reads standard error, the next SIGALRM ends it. */
static void
on_alarm(int signal)
{
	static const char text[] = ": the deadline has passed\n";
	char line[64 + sizeof text];
	struct sigaction end = { .sa_handler = end_without_message };
	size_t n = strnlen(diag_program(), 64);

	(void)signal;
	seal_break(STDOUT_FILENO, seal_of_exit(EXIT_TEMP));
	sigaction(SIGALRM, &end, NULL);
	memcpy(line, diag_program(), n);
	memcpy(line + n, text, sizeof text - 1);
	if (write(STDERR_FILENO, line, n + sizeof text - 1) < 0)
		_exit(EXIT_TEMP);	/* without the message */
	_exit(EXIT_TEMP);
}

int
stop_alarm(uint64_t ms, struct err *e)
{
	struct sigaction end = { .sa_handler = on_alarm,
		.sa_flags = SA_NODEFER };
	struct itimerval timer = { .it_interval = { 1, 0 } };
	sigset_t alarm;

	if (ms == 0)
		timer = (struct itimerval){ 0 };
	else
		ms += GRACE_MS;
	timer.it_value = (struct timeval){ (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	if (sigaction(SIGALRM, &end, NULL) == 0 &&
	    sigprocmask(SIG_UNBLOCK, &alarm, NULL) == 0 &&
	    setitimer(ITIMER_REAL, &timer, NULL) == 0)
		return 0;
	return err_sys(e, EXIT_INTERNAL, errno, "cannot set the deadline");
}

/* Makes an epoll readable when fd is. */
static int
watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return fd < 0 ? -1 : epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void
close_all(struct stop *s)
{
	close_one(s->fd);
	close_one(s->signals);
	close_one(s->timer);
	s->fd = s->signals = s->timer = -1;
}

int
stop_open(struct stop *s, struct err *e)
{
	struct sigaction now;
	sigset_t set;
	int errnum;

	*s = (struct stop){ .fd = -1, .signals = -1, .timer = -1 };
	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(&set, signals[i]);
	s->fd = epoll_create1(EPOLL_CLOEXEC);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s->fd < 0 || watch(s->fd, s->signals) != 0 ||
	    watch(s->fd, s->timer) != 0 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
		errnum = errno;
		close_all(s);
		return err_sys(e, EXIT_INTERNAL, errnum,
		    "cannot watch for signals");
	}
	return 0;
}

void
stop_close(struct stop *s)
{
	if (s->fd >= 0)
		close_all(s);
}

void
stop_at(struct stop *s, int64_t deadline)
{
	/* All zero disarms it, so that 0 is never. */
	const struct itimerspec at = { .it_value = {
		.tv_sec = (time_t)(deadline / 1000),
		.tv_nsec = deadline % 1000 * 1000000 } };

	/* It cannot fail for a timer that is open, and a time. */
	timerfd_settime(s->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

unsigned
stop_poll(struct stop *s)
{
	struct signalfd_siginfo info;

	while (s->fd >= 0 && read(s->signals, &info, sizeof info) ==
	    (ssize_t)sizeof info) {
		if (s->count++ == 0)
			s->signal = (int)info.ssi_signo;
	}
	return s->count;
}

int
stop_check(struct stop *s, struct err *e)
{
	struct pollfd timer = { s->timer, POLLIN, 0 };

	if (stop_poll(s) > 0)
		return err_set(e, EXIT_TEMP, "stopped by signal %d",
		    s->signal);
	if (s->fd >= 0 && poll(&timer, 1, 0) > 0)
		return err_set(e, EXIT_TEMP, "the deadline has run out");
	return 0;
}

int
stop_timer_open(struct stop_timer *t, int stop, int64_t ms, struct err *e)
{
	const struct itimerspec in = { .it_value = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_nsec = ms % 1000 * 1000000 } };
	int errnum;

	t->fd = epoll_create1(EPOLL_CLOEXEC);
	t->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->fd >= 0 && watch(t->fd, t->timer) == 0 &&
	    (stop < 0 || watch(t->fd, stop) == 0) &&
	    timerfd_settime(t->timer, 0, &in, NULL) == 0)
		return 0;
	errnum = errno;
	stop_timer_close(t);
	return err_sys(e, EXIT_INTERNAL, errnum, "cannot set a time limit");
}

bool
stop_timer_up(const struct stop_timer *t)
{
	struct pollfd up = { t->timer, POLLIN, 0 };

	return t->timer >= 0 && poll(&up, 1, 0) > 0;
}

void
stop_timer_close(struct stop_timer *t)
{
	close_one(t->fd);
	close_one(t->timer);
	t->fd = t->timer = -1;
}

int
stop_wait_ms(int stop, int fd, short events, int ms, struct err *e)
{
	struct pollfd fds[] = { { stop, POLLIN, 0 }, { fd, events, 0 } };
	int n;

	while ((n = poll(fds, 2, ms)) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return 0;
	if (fds[0].revents != 0)
		return err_set(e, EXIT_TEMP, "stopped");
	return n == 0;
}

int
stop_wait(int stop, int fd, short events, struct err *e)
{
	return stop_wait_ms(stop, fd, events, -1, e);
}
