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
 * Where standard input is shared with the shell around the pipeline (`while
 * read u; do curl "$u" | s3put …; done`) its writer is above, too, as long as it
 * may be; but nobody waits for it.  One thread uses a pipeline at a time.
 */
#ifndef BASE_PIPELINE_H
#define BASE_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/process.h"

enum {
	PIPELINE_STAGES = 16,	/* what is above these is unknown */
	PIPELINE_PIPES = 24,
	PIPELINE_ANCESTORS = 16,
	PIPELINE_SHARED = 64
};

/* Private but for its size; needs no memory of its own. */
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
		bool opaque;		/* reads what is neither file nor pipe */
	} stages[PIPELINE_STAGES];
	pid_t ancestors[PIPELINE_ANCESTORS];
	struct pipeline_shared {
		ino_t inode;
		pid_t owner;		/* an ancestor, or ourselves */
	} shared[PIPELINE_SHARED];
};

/*
 * Looks for the first time; fd is the input and stays the caller's.  Anything
 * but an anonymous pipe has no pipeline, and so has all with MEMPIPE_SEAL=0 or
 * MEMPIPE_SEAL=direct in the environment.
 */
void pipeline_open(struct pipeline *p, int fd);

/* Looks again, when the first byte has come and while it does not: stages may
 * not have been there, or not have called exec. */
void pipeline_look(struct pipeline *p);

struct pipeline_terms {
	const bool *accepted;	/* exit statuses that are no failure, 256 of
				 * them; NULL: 0 alone */
	bool verbose;		/* say what is known of each stage */
	int stop;		/* ends the wait; see base/stop.h */
};

/*
 * At the end of the input: 0 if all is known and fine.  1 if nothing is known
 * to have failed, but not all is known: e says what, with no code.  -1: a stage
 * failed, and e says which and how; 79, or 75 if it was one of ours that says
 * that a retry may help; or the stop descriptor ended the wait (75).
 *
 * A writer closes its pipe before it has ended: it is waited for up to five
 * seconds; half a second if its reader has ended and it still writes, and a
 * tenth if it is an ancestor of ours, which may wait for us.
 */
int pipeline_judge(struct pipeline *p, const struct pipeline_terms *terms,
    struct err *e);

void pipeline_close(struct pipeline *p);

#endif
