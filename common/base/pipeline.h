/*
 * pipeline: who wrote an input, and how did they end?
 *
 * A command that cannot seal its pipe (jq, curl, gzip) still ends with a status
 * that the shell gets, and reads from a pipe itself, which may be one of ours.
 * So the writer of the input pipe is looked for among the processes of our
 * session, and held; so are the pipes that it reads from; and so on up to the
 * head of the pipeline:
 *
 *	cp-fetch URL  =pipe 1=>  jq .  =pipe 0=>  s3put s3://bucket/key
 *	 a seal, seen               its status,
 *	 through jq                 of its pidfd
 *
 * What can be known:
 *  - who writes a pipe: the process that holds its writing end, by /proc.  Of
 *    several (a subshell and what it runs) the one whose parent does not;
 *  - how it ended: PIDFD_GET_INFO (Linux 6.15), for anyone who held a pidfd
 *    while it lived; before its parent waited for it, /proc on any kernel;
 *  - what a stage of ours that stands above a foreign one made of its pipe:
 *    its seal, on any kernel.
 * What cannot be known (no /proc, another user's process, one that had ended
 * before we looked) is unknown, which counts as complete; what is known to have
 * failed never does.
 *
 * A stage is fine if it ended with 0.  It was not needed any more, which is
 * fine, too, if its reader left first and is fine itself: if it ended by
 * SIGPIPE or with 141, as a shell reports that, marked its pipe as left, or
 * still holds the pipe although its reader has ended.  All else is a failure.
 * A seal vouches for all above it.
 *
 * In `while read u; do curl "$u" | s3put …; done` the pipeline shares the
 * standard input of the shell around it.  The writer of that input counts as a
 * stage above, too, but nobody waits for it to end.  One thread uses a pipeline
 * at a time.
 */
#ifndef BASE_PIPELINE_H
#define BASE_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/process.h"

/* How many of each are looked at; what is beyond them is unknown. */
enum {
	PIPELINE_STAGES = 16,	/* processes above the input */
	PIPELINE_PIPES = 24,	/* a stage may read from several */
	PIPELINE_ANCESTORS = 16, /* parents of ours, one above the other */
	PIPELINE_SHARED = 64	/* pipes that ancestors hold as well */
};

/* Private; only the size is for others to know.  It allocates nothing. */
struct pipeline {
	bool on;
	unsigned n_pipes, n_stages, n_ancestors, n_shared;
	struct pipeline_pipe {
		ino_t inode;
		int fd;			/* O_PATH; of the first, the input's */
		int at;			/* the reader's descriptor */
		int reader;		/* a stage; -1: ourselves */
		int writer;		/* a stage; -1: not found */
		bool shared;		/* with the shell around us */
	} pipes[PIPELINE_PIPES];
	struct pipeline_stage {
		struct process process;
		bool ancestor;		/* of ours: it may wait for us */
		bool opaque;		/* has an input that is not among the
					 * pipes: a socket, a FIFO, too many */
	} stages[PIPELINE_STAGES];
	pid_t ancestors[PIPELINE_ANCESTORS];
	struct pipeline_shared {
		ino_t inode;
		pid_t owner;		/* an ancestor, or ourselves */
		bool writes;
	} shared[PIPELINE_SHARED];
};

/*
 * Looks for the stages for the first time.  fd is the input and stays the
 * caller's.  There is no pipeline to look at if the input is not an anonymous
 * pipe, or with MEMPIPE_SEAL=0 or MEMPIPE_SEAL=direct in the environment.
 */
void pipeline_open(struct pipeline *p, int fd);

/* Looks again.  Call it while no byte has come, and when the first one has: at
 * the first look some stages may not have been there yet, or not have called
 * exec. */
void pipeline_look(struct pipeline *p);

struct pipeline_terms {
	const bool *accepted;	/* exit statuses that are no failure, 256 of
				 * them; NULL: 0 alone */
	bool verbose;		/* say what is known of each stage */
	int stop;		/* ends the wait; see base/stop.h */
};

/*
 * Call it at the end of the input.
 *
 *	0	all is known, and fine
 *	1	nothing is known to have failed, but not all is known; e has no
 *		code, and says what is not known
 *	-1	a stage failed, and e says which and how: 79, or 75 if it was
 *		one of ours and its mark says that a retry may help; or the
 *		stop descriptor ended the wait (75)
 *
 * A writer closes its pipe before it ends, so its end is waited for: up to five
 * seconds; half a second, if its reader has ended and it still has the pipe
 * open; a tenth of a second, if it is an ancestor of ours, which may itself be
 * waiting for us.
 */
int pipeline_judge(struct pipeline *p, const struct pipeline_terms *terms,
    struct err *e);

/* The stages that have been found, in the order of the data, the head first;
 * gives their number.  They stay the pipeline's. */
unsigned pipeline_order(const struct pipeline *p,
    const struct process *order[PIPELINE_STAGES]);

void pipeline_close(struct pipeline *p);

#endif
