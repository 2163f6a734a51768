/* deadline: SIGALRM, which no thread of ours waits for. */
#include "fetch/deadline.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/seal.h"

/* ms after the deadline, for a request under way to end by itself and to say
 * which one it was.  It needs a few; less would often lose that message on a
 * busy machine, and more would let the run last longer than was asked for. */
enum { GRACE_MS = 500 };

static void
on_deadline(int signal)
{
	static const char text[] = "cp-fetch: the deadline has passed\n";

	(void)signal;
	seal_break(STDOUT_FILENO, seal_of_exit(EXIT_TEMP));
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(EXIT_TEMP);	/* without the message */
	_exit(EXIT_TEMP);
}

int
deadline_set(uint64_t ms, struct err *e)
{
	struct sigaction end = { .sa_handler = on_deadline };
	struct itimerval timer;
	sigset_t alarm;

	ms += GRACE_MS;
	timer = (struct itimerval){ .it_value = { (time_t)(ms / 1000),
	    (suseconds_t)(ms % 1000 * 1000) } };
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	if (sigaction(SIGALRM, &end, NULL) != 0 ||
	    sigprocmask(SIG_UNBLOCK, &alarm, NULL) != 0 ||
	    setitimer(ITIMER_REAL, &timer, NULL) != 0)
		return err_sys(e, EXIT_INTERNAL, errno, "--deadline");
	return 0;
}
