/*
 * Finding the stages.
 *
 * Looking at every process of a machine would take longer than some jobs.  A
 * shell starts the stages of a pipeline one after the other, so their numbers
 * are near to ours: those are tried first, then the children of the shells
 * around us, among whom stages are that were started long before.
 */
#include "base/pipeline.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/seal.h"

enum {
	NEAR = 512,		/* how far a process id may be from ours */
	NEARBY = 128,		/* processes whose output is looked at */
	CLOSE = 24,		/* processes whose descriptors all are */
	CHILDREN = 2048,	/* of one process; the last of them matter */
	ENDS = 64,		/* ends of pipes of one process */
	OURSELVES = -1,
	NOBODY = -1
};

static bool
is_written(const struct pipe_end *ends, unsigned n, ino_t inode)
{
	while (n-- > 0)
		if (ends[n].inode == inode && ends[n].writes)
			return true;
	return false;
}

static bool
writes(pid_t pid, ino_t inode)
{
	struct pipe_end ends[ENDS];
	struct process p;
	bool yes;

	if (pid == getpid() || !process_open(&p, pid))
		return false;
	yes = is_written(ends, process_pipes(&p, ends, ENDS), inode);
	process_close(&p);
	return yes;
}

static bool
is_ancestor(const struct pipeline *p, pid_t pid)
{
	for (unsigned i = 0; i < p->n_ancestors; i++)
		if (p->ancestors[i] == pid)
			return true;
	return false;
}

/* Searching. */

/* Among the first of these, whatever descriptor it is; 0: none. */
static pid_t
search_other(const pid_t *list, unsigned n, ino_t inode)
{
	for (unsigned i = 0; i < n && i < CLOSE; i++)
		if (writes(list[i], inode))
			return list[i];
	return 0;
}

/* Among the processes with numbers near to this. */
static pid_t
search_near(pid_t near, ino_t inode)
{
	pid_t list[NEARBY], sid = getsid(0);
	unsigned n = 0;

	for (pid_t i = 2; i < 2 * NEAR && n < NEARBY; i++) {
		pid_t pid = near + (i % 2 == 0 ? -i / 2 : i / 2);

		if (pid <= 0 || getsid(pid) != sid)
			continue;
		if (process_writes(pid, STDOUT_FILENO, inode))
			return pid;
		list[n++] = pid;
	}
	return search_other(list, n, inode);
}

/* Among the children of one in our session, the last first. */
static pid_t
search_children(pid_t parent, ino_t inode)
{
	pid_t children[CHILDREN], list[NEARBY], sid = getsid(0);
	unsigned n = 0;

	for (unsigned i = process_children(parent, children, CHILDREN);
	    i > 0 && n < NEARBY; i--) {
		if (getsid(children[i - 1]) != sid)
			continue;
		if (process_writes(children[i - 1], STDOUT_FILENO, inode))
			return children[i - 1];
		list[n++] = children[i - 1];
	}
	return search_other(list, n, inode);
}

static pid_t
search(const struct pipeline *p, pid_t reader, ino_t inode)
{
	pid_t pid = search_near(reader, inode);

	if (pid == 0)
		pid = search_children(reader, inode);
	for (unsigned i = 0; i < p->n_ancestors && pid == 0; i++)
		pid = writes(p->ancestors[i], inode) ?
		    p->ancestors[i] : search_children(p->ancestors[i], inode);
	return pid;
}

static bool
has_shared(const struct pipeline *p, pid_t owner, ino_t inode)
{
	for (unsigned i = 0; i < p->n_shared; i++)
		if (p->shared[i].inode == inode && p->shared[i].owner == owner &&
		    p->shared[i].writes)
			return true;
	return false;
}

/* Of a subshell and what it runs the subshell counts.  Most parents are shells
 * around us, which had nothing of that pipe when we began. */
static pid_t
topmost(const struct pipeline *p, pid_t pid, ino_t inode)
{
	struct process process;
	pid_t parent;

	for (;; pid = parent) {
		if (!process_open(&process, pid))
			return pid;
		parent = process_parent(&process);
		process_close(&process);
		if (parent == 0 || (is_ancestor(p, parent) &&
		    !has_shared(p, parent, inode)) || !writes(parent, inode))
			return pid;
	}
}

/* Pipes. */

/* Does the shell around us hold it, too?  Not counting the reader itself. */
static bool
is_shared(const struct pipeline *p, ino_t inode, pid_t reader)
{
	for (unsigned i = 0; i < p->n_shared; i++)
		if (p->shared[i].inode == inode &&
		    p->shared[i].owner != reader)
			return true;
	return false;
}

static bool
is_known(const struct pipeline *p, ino_t inode, int reader)
{
	for (unsigned i = 0; i < p->n_pipes; i++)
		if (p->pipes[i].inode == inode && p->pipes[i].reader == reader)
			return true;
	return false;
}

/*
 * Takes it as an input of the stage if it is one: standard input, or a pipe
 * that the stage has for itself, as a shell's process substitution is.  A pipe
 * of which it holds both ends (make's jobs, a loop's wake-up) is none.  Where an
 * input cannot be taken, the stage has one that nobody will judge.
 */
static void
take_pipe(struct pipeline *p, int stage, const struct pipe_end *end)
{
	struct pipeline_stage *s = &p->stages[stage];
	const struct process *process = &s->process;
	bool shared = is_shared(p, end->inode, process->pid);
	int fd = -1;

	if (is_known(p, end->inode, stage) ||
	    (shared && end->fd != STDIN_FILENO))
		return;
	if (p->n_pipes < PIPELINE_PIPES)
		fd = process_hold_pipe(process, end->fd, end->inode);
	if (fd < 0) {
		s->opaque |= process_has(process, end->fd, end->inode);
		return;
	}
	p->pipes[p->n_pipes++] = (struct pipeline_pipe){ .inode = end->inode,
		.fd = fd, .at = end->fd, .reader = stage, .writer = NOBODY,
		.shared = shared };
}

/* What it had as standard input before it was given its own, between fork and
 * exec, is none of its inputs.  One that it has closed by now is. */
static void
drop_changed(struct pipeline *p, int stage)
{
	const struct process *process = &p->stages[stage].process;

	for (unsigned i = 1; i < p->n_pipes; i++) {
		struct pipeline_pipe *q = &p->pipes[i];

		if (q->reader == stage && q->at == STDIN_FILENO &&
		    process_input_differs(process, q->inode))
			q->reader = PIPELINE_STAGES;	/* nobody's */
	}
}

static void
take_inputs(struct pipeline *p, int stage, const struct pipe_end *ends,
    unsigned n)
{
	struct pipeline_stage *s = &p->stages[stage];

	for (unsigned i = 0; i < n; i++)
		if (ends[i].reads && !is_written(ends, n, ends[i].inode))
			take_pipe(p, stage, &ends[i]);
	s->opaque |= n == ENDS || process_input_opaque(&s->process);
}

static void
look_again(struct pipeline *p, int stage)
{
	struct process *process = &p->stages[stage].process;
	struct pipe_end ends[ENDS];
	unsigned n = process_pipes(process, ends, ENDS);

	if (n == 0)
		return;		/* it has ended, or will have nothing to say */
	process_rename(process);
	drop_changed(p, stage);
	take_inputs(p, stage, ends, n);
}

/* Stages. */

/* A new stage, if it is still the one that writes to this pipe. */
static int
add_stage(struct pipeline *p, pid_t pid, ino_t inode)
{
	struct pipeline_stage *s = &p->stages[p->n_stages];
	struct pipe_end ends[ENDS];
	unsigned n;

	if (p->n_stages == PIPELINE_STAGES || !process_open(&s->process, pid))
		return NOBODY;
	n = process_hold(&s->process) ?
	    process_pipes(&s->process, ends, ENDS) : 0;
	if (!is_written(ends, n, inode)) {
		process_close(&s->process);
		return NOBODY;
	}
	s->ancestor = is_ancestor(p, pid);
	s->opaque = false;
	take_inputs(p, (int)p->n_stages, ends, n);
	return (int)p->n_stages++;
}

static void
find_writer(struct pipeline *p, struct pipeline_pipe *q)
{
	pid_t pid = search(p, q->reader == OURSELVES ? getpid() :
	    p->stages[q->reader].process.pid, q->inode);

	if (pid != 0)
		pid = process_of_thread(pid);
	if (pid == 0)
		return;
	pid = topmost(p, pid, q->inode);
	for (unsigned i = 0; i < p->n_stages && q->writer == NOBODY; i++)
		if (p->stages[i].process.pid == pid &&
		    process_parent(&p->stages[i].process) != 0)
			q->writer = (int)i;	/* not one before of its number */
	if (q->writer == NOBODY)
		q->writer = add_stage(p, pid, q->inode);
}

/* The processes above us in our session, and the pipes that they have and we
 * have: nobody's own. */
static void
find_ancestors(struct pipeline *p)
{
	struct pipe_end ends[ENDS];
	struct process process;
	pid_t pid = getpid();
	unsigned n;

	while (pid != 0 && process_open(&process, pid)) {
		n = process_pipes(&process, ends, ENDS);
		for (unsigned i = 0; i < n && p->n_shared < PIPELINE_SHARED; i++)
			p->shared[p->n_shared++] = (struct pipeline_shared){
				.inode = ends[i].inode, .owner = pid,
				.writes = ends[i].writes };
		if (pid != getpid() && p->n_ancestors < PIPELINE_ANCESTORS)
			p->ancestors[p->n_ancestors++] = pid;
		pid = p->n_ancestors < PIPELINE_ANCESTORS ?
		    process_parent(&process) : 0;
		process_close(&process);
	}
}

void
pipeline_look(struct pipeline *p)
{
	if (!p->on)
		return;
	for (unsigned i = 0; i < p->n_stages; i++)
		look_again(p, (int)i);
	/* Each writer that is found may add pipes of its own. */
	for (unsigned i = 0; i < p->n_pipes; i++)
		if (p->pipes[i].writer == NOBODY &&
		    p->pipes[i].reader < PIPELINE_STAGES)
			find_writer(p, &p->pipes[i]);
}

void
pipeline_open(struct pipeline *p, int fd)
{
	struct stat st;

	p->on = seal_looks_through(fd) && fstat(fd, &st) == 0 &&
	    process_numbers_agree();
	p->n_pipes = p->n_stages = p->n_ancestors = p->n_shared = 0;
	if (!p->on)
		return;
	p->pipes[p->n_pipes++] = (struct pipeline_pipe){ .inode = st.st_ino,
		.fd = fd, .at = fd, .reader = OURSELVES, .writer = NOBODY };
	find_ancestors(p);
	pipeline_look(p);
}

/* From the input up, then the other way round. */
unsigned
pipeline_order(const struct pipeline *p,
    const struct process *order[PIPELINE_STAGES])
{
	int at[PIPELINE_STAGES], reader = OURSELVES;
	bool taken[PIPELINE_STAGES] = { false };
	unsigned n = 0, next = 0;

	if (!p->on)
		return 0;
	for (;;) {
		for (unsigned i = 0; i < p->n_pipes; i++) {
			int w = p->pipes[i].writer;

			if (p->pipes[i].reader != reader || w == NOBODY ||
			    taken[w] || p->stages[w].ancestor)
				continue;
			taken[w] = true;
			at[n++] = w;
		}
		if (next == n)
			break;
		reader = at[next++];
	}
	for (unsigned i = 0; i < n; i++)
		order[i] = &p->stages[at[n - 1 - i]].process;
	return n;
}

void
pipeline_close(struct pipeline *p)
{
	if (!p->on)
		return;
	while (p->n_pipes > 1)
		close(p->pipes[--p->n_pipes].fd);
	while (p->n_stages > 0)
		process_close(&p->stages[--p->n_stages].process);
	p->on = false;
}
