/*
 * process: another process of our session, as /proc shows it: its name, its
 * parent, which pipes it holds, and how it ended.  Nothing else is read of it
 * but what a stage of ours shows (base/report.h), and nothing is done to it.
 *
 * A process that is "held" stays the same one, even if the kernel gives its
 * number to another: its directory in /proc is kept open, and a pidfd where the
 * kernel has them.  See proc(5), pidfd_open(2).  One thread uses a process at a
 * time.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

enum { PROCESS_NAME = 32 };	/* bytes; the kernel has 16 */

struct process {
	pid_t pid;
	int dir;		/* of /proc; -1: nothing is held */
	int pidfd;		/* -1: Linux before 5.3 */
	bool child;		/* of ours, as of zsh's last stage */
	char name[PROCESS_NAME];	/* the last that was seen */
};

/* A descriptor that is an end of an anonymous pipe, not of a named FIFO. */
struct pipe_end {
	ino_t inode;
	int fd;			/* the process's */
	bool reads, writes;
};

/* Whether /proc shows the processes by the numbers that system calls take: not
 * so where it is that of another PID namespace (unshare -p without a mount). */
bool process_numbers_agree(void);

/* Opens the process for a look.  False: it is not there, or not of our session. */
bool process_open(struct process *p, pid_t pid);
void process_close(struct process *p);	/* a zeroed or closed one is fine */

/* Holds an open process until it is closed: process_life will tell how it ended,
 * and its name is read.  False: it has gone already. */
bool process_hold(struct process *p);

/* Its parent; 0 when it has gone, or for the first process of a container. */
pid_t process_parent(const struct process *p);

/* Reads its name again, if it is still there: it may have called exec. */
void process_rename(struct process *p);

/* Lists up to `most` ends of pipes that the process holds, and gives their
 * number; 0 when it has ended. */
unsigned process_pipes(const struct process *p, struct pipe_end *ends,
    unsigned most);

/* Holds the pipe at the process's descriptor fd, as neither reader nor writer
 * (O_PATH): fstat(2) on it works.  -1: it is not that pipe any more. */
int process_hold_pipe(const struct process *p, int fd, ino_t inode);

/* Opens for reading the first of the process's descriptors whose link in /proc
 * begins with this text; -1: there is none. */
int process_open_link(const struct process *p, const char *begin);

/* Whether its standard input is open, and not on that pipe; whether it is a
 * named FIFO or a socket. */
bool process_input_differs(const struct process *p, ino_t inode);
bool process_input_opaque(const struct process *p);

/* Whether the process still has that pipe as its descriptor fd. */
bool process_has(const struct process *p, int fd, ino_t inode);

/* The process that a number belongs to, which may be that of one of its threads;
 * 0: it has gone. */
pid_t process_of_thread(pid_t number);

/* Whether descriptor fd of process pid writes to that pipe: a quick look at a
 * process that is not open. */
bool process_writes(pid_t pid, int fd, ino_t inode);

/* Lists up to `most` children of process pid, and gives their number; 0 where
 * the kernel does not tell. */
unsigned process_children(pid_t pid, pid_t *children, unsigned most);

/*
 * Whether the process runs, and how it ended.
 *
 *	RUNS	it has not ended
 *	ENDED	it has ended; *status is as waitpid(2) gives it
 *	LOST	it has ended and nobody can tell how: before Linux 6.15 the
 *		status is gone once the parent has waited for the process
 */
enum process_life { PROCESS_RUNS, PROCESS_ENDED, PROCESS_LOST };
enum process_life process_life(const struct process *p, int *status);

#endif
