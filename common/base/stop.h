/*
 * stop: SIGTERM, SIGINT and SIGHUP, and a deadline, as a descriptor that becomes
 * readable, and waits that such a descriptor ends.
 *
 * For a tool that has something to undo before it ends.  Signals that were
 * ignored when the program started (nohup, a shell's background jobs) stay so.
 * Open it before threads are started, which inherit the blocked signals; and
 * before upstream commands, which do not.
 *
 * Functions that may block take a "stop descriptor".  That is the fd of a
 * struct stop, an eventfd that ends one thread, a timerfd, an epoll of several
 * of them; or -1, which never ends a wait (then signals kill the process as
 * usual).  As long as it is readable, it ends every wait.  Only its owner
 * reads from it, and so learns what came.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct stop {
	int fd;			/* for poll(2), an epoll of the two; -1: closed */
	int signal;		/* the first that came; 0: none */
	unsigned count;		/* how many have come */
	int signals, timer;	/* private */
};

/*
 * Sees to it that signals end this process.  Those that its parent had blocked
 * come again.  The kernel does not deliver signals without a handler to the
 * first process of a container: if this process is one, handlers are installed
 * that end it at once, with the status that a shell would show, 128 plus the
 * signal's number.  Call it at the beginning of main(); a tool that has
 * something to undo calls stop_open later.
 */
void stop_as_usual(void);

/*
 * In so many ms (0: never) SIGALRM ends the process with 75 and a message, and
 * marks a pipe on standard output.  For a time without anything to undo, and for
 * waits that no stop descriptor ends.  It comes half a second later than said,
 * so that a request that keeps the deadline itself can say which one it was.
 * -1 with e.
 */
int stop_alarm(uint64_t ms, struct err *e);

int stop_open(struct stop *s, struct err *e);
void stop_close(struct stop *s);

/* Sets the deadline, in place of an earlier one: monotonic milliseconds as
 * meter_now gives them; 0: none.  Once it has come, fd is readable. */
void stop_at(struct stop *s, int64_t deadline);

/* 0, or -1 with e (75) when a signal or the deadline has come; e says which. */
int stop_check(struct stop *s, struct err *e);

/* Takes the signals that have come and gives their number so far (count); never
 * blocks.  0 if s is not open. */
unsigned stop_poll(struct stop *s);

/* A stop descriptor for one wait with a time limit: it is readable when another
 * stop descriptor is, or when the time is up. */
struct stop_timer {
	int fd;			/* -1: closed */
	int timer;		/* private */
};

/* stop is the other stop descriptor, -1: none; ms is the time limit. */
int stop_timer_open(struct stop_timer *t, int stop, int64_t ms,
    struct err *e);
bool stop_timer_up(const struct stop_timer *t);	/* is the time up? */
void stop_timer_close(struct stop_timer *t);	/* a closed one is fine */

/*
 * Waits until fd is ready for events, which are those of poll(2).  0: it is
 * ready, or has an error that the next call on it will report.  -1 with e (75,
 * "stopped"): the stop descriptor is readable; if both are, this counts.
 */
int stop_wait(int stop, int fd, short events, struct err *e);

/* The same for so many milliseconds at most; 1: they are over. */
int stop_wait_ms(int stop, int fd, short events, int ms, struct err *e);

#endif
