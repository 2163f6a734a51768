/*
 * stop: SIGTERM, SIGINT and SIGHUP as a descriptor that becomes readable.
 *
 * For a tool that has something to undo before it ends.  Signals that were
 * ignored when the program started (nohup, a shell's background jobs) stay so.
 * Open it before threads are started, which inherit the blocked signals; and
 * before upstream commands, which do not.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include "base/diag.h"

struct stop {
	int fd;			/* for poll(2); -1: closed */
	int signal;		/* the first that came; 0: none */
	unsigned count;		/* how many have come */
};

int stop_open(struct stop *s, struct err *e);
void stop_close(struct stop *s);

/* Takes what has come in; never blocks.  Gives count. */
unsigned stop_poll(struct stop *s);

#endif
