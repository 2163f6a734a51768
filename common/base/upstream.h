/*
 * upstream: a command whose standard output is our input (--from).
 *
 * End of file counts only if the command exits with 0.  The command dies with
 * us (PR_SET_PDEATHSIG), so no stage of a chain is left behind when one is
 * killed.  It gets an empty standard input (/dev/null), our standard error, and
 * SIGPIPE and SIGTERM by default; other signals that our parent ignored stay
 * ignored.  No other descriptor leaks to it, ours or inherited, but those that
 * we inherited and one of its words names as a shell's process substitution
 * does (/dev/fd/63).
 */
#ifndef BASE_UPSTREAM_H
#define BASE_UPSTREAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"

struct upstream {
	pid_t pid;		/* 0: none, or already reaped */
	const char *name;	/* argv[0], for messages; the caller's string */
};

/*
 * Starts argv (found through PATH); *fd is the reading end, close-on-exec.  A
 * command that cannot be run is an error here (79), not later.  The thread that
 * starts it must live as long as the process: the command ends with it.
 */
int upstream_start(struct upstream *u, char *const argv[], int *fd,
    struct err *e);

/* Waits until the command has ended.  0 if it exited with 0 or with a status n
 * for which accepted[n] is true (of 256; NULL: 0 alone).  Else -1; e says how
 * it ended, with the command's own code if that is one of the suite's
 * (base/diag.h) that say what to do, otherwise 79.  -1 with 75 also if the
 * stop descriptor (base/stop.h) ended the wait; then the command still runs.
 */
int upstream_wait(struct upstream *u, const bool *accepted, int stop,
    struct err *e);

/* Ends the command by SIGTERM, and by SIGKILL after two seconds or as soon as
 * the stop descriptor is readable, and waits for it.  Does nothing if there is
 * no command.  Close the reading end of the pipe first. */
void upstream_stop(struct upstream *u, int stop);

#endif
