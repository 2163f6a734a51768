/*
 * stop: SIGTERM, SIGINT and SIGHUP, and a deadline, as a descriptor that becomes
 * readable, and waits that such a descriptor ends.
 *
 * For a tool that has something to undo before it ends.  Signals that were
 * ignored when the program started (nohup, a shell's background jobs) stay so.
 * Open it before threads are started, which inherit the blocked signals; and
 * before upstream commands, which do not.
 *
 * What blocks takes a "stop descriptor": the fd of a struct stop, an eventfd
 * that ends one thread, a timerfd, an epoll of several; or -1, which never ends
 * a wait (then signals kill the process as usual).  It ends a wait as long as
 * it is readable; its owner alone reads it, and learns there what came.
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
 * The kernel keeps signals without a handler away from the first process of a
 * container.  There, and nowhere else, this installs handlers that end it at
 * once, with 128 and the signal's number as a shell would say it.  For the begin
 * of main(): whoever has something to undo calls stop_open later.
 */
void stop_as_init(void);

int stop_open(struct stop *s, struct err *e);
void stop_close(struct stop *s);

/* Takes another deadline (monotonic ms as meter_now's; 0: none) in place of the
 * one before: fd is readable once it has come. */
void stop_at(struct stop *s, int64_t deadline);

/* 0, or -1 with e (75) that says what: a signal came, or the deadline. */
int stop_check(struct stop *s, struct err *e);

/* Takes what has come in; never blocks.  Gives count; 0 if it is not open. */
unsigned stop_poll(struct stop *s);

/* A stop descriptor of its own, for one wait: readable when another one is, or
 * when the time is up. */
struct stop_timer {
	int fd;			/* -1: closed */
	int timer;		/* private */
};

/* stop: the other one, -1: none. */
int stop_timer_open(struct stop_timer *t, int stop, int64_t ms,
    struct err *e);
bool stop_timer_up(const struct stop_timer *t);	/* is the time up? */
void stop_timer_close(struct stop_timer *t);	/* a closed one is fine */

/*
 * Waits until fd is ready for events, as poll(2) has them.  0: it is, or the
 * next call on it says what is wrong; -1 with e (75, "stopped"): the stop
 * descriptor is readable, which goes first.
 */
int stop_wait(int stop, int fd, short events, struct err *e);

/* The same for so many milliseconds at most; 1: they are over. */
int stop_wait_ms(int stop, int fd, short events, int ms, struct err *e);

#endif
