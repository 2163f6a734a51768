/*
 * Judging the stages, from the input up.
 *
 * Each pipe is judged by its seal, by how its writer ended, and by what became
 * of its reader, which was judged before: a reader that stops early makes the
 * stages above it end as if they had failed.  Of several failures that one is
 * reported which is furthest up and not the consequence of another.
 */
#define _GNU_SOURCE	/* sigabbrev_np */
#include "base/pipeline.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/seal.h"

enum {
	CLOSED_MS = 5000,	/* for one that has closed its output */
	WRITING_MS = 500,	/* for one that still has it open */
	ANCESTOR_MS = 100,	/* for one that may wait for us */
	STEP_MS = 5,		/* between two looks where nothing wakes us */
	SIGPIPE_EXIT = 128 + SIGPIPE,	/* as shells, and our tools, say it */
	WHO = 160, NAME = 80, FAR = 40, HOW = 80	/* bytes of texts */
};

/* What became of a stage. */
enum fate { FINE, LEFT, UNKNOWN, FAILED };

/* What is known of a writer: LOST has ended, nobody can tell how; CLOSED runs,
 * without its pipe; ABSENT was never found. */
enum life { ENDED, LOST, CLOSED, WRITING, ABSENT };

struct judge {
	struct pipeline *p;
	const struct pipeline_terms *terms;
	int64_t began;		/* monotonic, ms */
	struct task {
		unsigned pipe, depth;	/* of the pipe's writer */
		enum fate reader;
	} tasks[PIPELINE_PIPES];	/* the nearest first */
	unsigned n_tasks;
	bool stopped;
	bool failed;
	struct err failure;
	struct err unknown;	/* its text: the first thing that is not known */
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);	/* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Words. */

static const char *
distance(char text[FAR], unsigned depth)
{
	static const char *const numbers[] = { "two", "three", "four", "five",
		"six", "seven", "eight", "nine" };

	if (depth >= 2 && depth - 2 < sizeof numbers / sizeof *numbers)
		snprintf(text, FAR, "%s commands before it", numbers[depth - 2]);
	else
		snprintf(text, FAR, "%u commands before it", depth);
	return text;
}

/* "the command before it, 'jq' (process 4711),"; of ours the name will do. */
static const char *
who(char text[WHO], const struct pipeline_stage *s, unsigned depth)
{
	static const char *const ours[] = { "cp-fetch", "json2csv", "memzip",
		"s3put" };
	char name[NAME], far[FAR];
	bool own = false;

	if (s == NULL && depth == 1)
		return "the command before it";
	if (s == NULL) {
		snprintf(text, WHO, "a command (%s)", distance(far, depth));
		return text;
	}
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		own |= strcmp(s->process.name, ours[i]) == 0;
	snprintf(name, sizeof name, own ? "%s" : "'%s' (process %d)",
	    s->process.name, (int)s->process.pid);
	if (depth == 1)
		snprintf(text, WHO, "the command before it, %s,", name);
	else
		snprintf(text, WHO, "%s, %s,", name, distance(far, depth));
	return text;
}

/* "exited with 5", "was killed by SIGKILL" */
static const char *
how(char text[HOW], int status)
{
	const char *name = WIFSIGNALED(status) ?
	    sigabbrev_np(WTERMSIG(status)) : NULL;

	if (name != NULL)
		snprintf(text, HOW, "was killed by SIG%s", name);
	else if (WIFSIGNALED(status))
		snprintf(text, HOW, "was killed by signal %d", WTERMSIG(status));
	else
		snprintf(text, HOW, "exited with %d", WEXITSTATUS(status));
	return text;
}

/* Waiting. */

static bool
is_writing(const struct process *p, ino_t inode)
{
	struct pipe_end ends[PIPELINE_SHARED];
	unsigned n = process_pipes(p, ends, PIPELINE_SHARED);

	while (n-- > 0)
		if (ends[n].inode == inode && ends[n].writes)
			return true;
	return false;
}

/* How long a writer that still runs is waited for, from the end of the input. */
static int64_t
patience(const struct pipeline_pipe *q, const struct pipeline_stage *s,
    enum life life, enum fate reader)
{
	if (life == WRITING)
		return q->shared || reader == UNKNOWN || reader == FAILED ? 0 :
		    WRITING_MS;
	return s->ancestor ? ANCESTOR_MS : reader == FAILED ? WRITING_MS :
	    CLOSED_MS;
}

static void
wait_for(struct judge *j, const struct process *p, int64_t ms)
{
	struct pollfd fds[] = { { p->pidfd, POLLIN, 0 },
		{ j->terms->stop, POLLIN, 0 } };

	/* An ended one whose status cannot be seen yet wakes us at once. */
	if (p->pidfd < 0 || poll(fds, 1, 0) != 0) {
		fds[0].fd = -1;
		ms = ms < STEP_MS ? ms : STEP_MS;
	}
	poll(fds, 2, (int)ms);
	j->stopped |= fds[1].revents != 0;
}

static enum life
watch(struct judge *j, const struct pipeline_pipe *q, enum fate reader,
    int *status)
{
	const struct pipeline_stage *s;
	enum life life;
	int64_t left;

	if (q->writer < 0)
		return ABSENT;
	s = &j->p->stages[q->writer];
	for (;;) {
		switch (process_life(&s->process, status)) {
		case PROCESS_ENDED:
			return ENDED;
		case PROCESS_LOST:
			return LOST;
		case PROCESS_RUNS:
			break;
		}
		life = is_writing(&s->process, q->inode) ? WRITING : CLOSED;
		left = j->began + patience(q, s, life, reader) - now_ms();
		if (left <= 0 || j->stopped)
			return life;
		wait_for(j, &s->process, left);
	}
}

/* Judging. */

static enum fate
failed(struct judge *j, bool certain, enum exit_code code, const char *text,
    const char *why)
{
	if (certain || !j->failed)
		err_set(&j->failure, code, "%s %s", text, why);
	j->failed = true;
	return FAILED;
}

static enum fate
unknown(struct judge *j, const char *text, const char *why)
{
	if (j->unknown.text[0] == '\0')
		err_set(&j->unknown, EXIT_DONE, "%s %s", text, why);
	return UNKNOWN;
}

/* It stopped because its reader did.  We did not. */
static enum fate
left(struct judge *j, enum fate reader, unsigned depth, const char *text,
    const char *why)
{
	if (depth == 1)
		return failed(j, true, EXIT_UPSTREAM, text, why);
	return reader == UNKNOWN ? unknown(j, text, why) : LEFT;
}

static enum fate
by_status(struct judge *j, int status, enum fate reader, unsigned depth,
    const char *text)
{
	const bool *accepted = j->terms->accepted;
	char why[HOW];

	if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 ||
	    (accepted != NULL && accepted[WEXITSTATUS(status)])))
		return FINE;
	how(why, status);
	if ((WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == SIGPIPE_EXIT))
		return left(j, reader, depth, text, why);
	/* A command may well exit with 1 where its reader has failed. */
	return failed(j, WIFSIGNALED(status) || reader != FAILED,
	    EXIT_UPSTREAM, text, why);
}

static enum fate
by_life(struct judge *j, enum life life, int status, enum fate reader,
    unsigned depth, const char *text)
{
	switch (life) {
	case ENDED:
		return by_status(j, status, reader, depth, text);
	case LOST:
		return unknown(j, text, "ended, and this kernel does not tell how");
	case CLOSED:
		return unknown(j, text, "closed its output and still runs");
	case WRITING:
		return reader == FINE || reader == LEFT ? LEFT :
		    unknown(j, text, "still runs");
	case ABSENT:
		break;
	}
	return unknown(j, text, "is not known");
}

static enum fate
by_seal(struct judge *j, enum seal seal, enum life life, int status,
    enum fate reader, unsigned depth, const char *text)
{
	switch (seal) {
	case SEAL_SEALED:
		return life == ENDED ? by_status(j, status, reader, depth, text) :
		    FINE;
	case SEAL_UNKNOWN:
		return by_life(j, life, status, reader, depth, text);
	case SEAL_LEFT:
		return left(j, reader, depth, text, "did not finish");
	case SEAL_OPEN:
		if (life == WRITING)
			return by_life(j, life, status, reader, depth, text);
		break;
	case SEAL_TEMPORARY:
	case SEAL_BROKEN:
		break;
	}
	return failed(j, true, seal == SEAL_TEMPORARY ? EXIT_TEMP :
	    EXIT_UPSTREAM, text, "did not finish");
}

static void
tell(const struct judge *j, const char *text, enum seal seal, enum life life,
    int status, enum fate fate)
{
	static const char *const lives[] = { [LOST] = "ended somehow",
		[CLOSED] = "closed its output and still runs",
		[WRITING] = "still writes", [ABSENT] = "is not known" };
	static const char *const fates[] = { [FINE] = "fine",
		[LEFT] = "not needed any more", [UNKNOWN] = "unknown",
		[FAILED] = "failed" };
	char why[HOW];

	if (j->terms->verbose)
		diag_say("%s %s%s: %s", text, life == ENDED ? how(why, status) :
		    lives[life], seal == SEAL_SEALED ? ", its seal is closed" :
		    "", fates[fate]);
}

/* A pipe that several read from is judged once, as that of the nearest. */
static void
add_task(struct judge *j, unsigned pipe, enum fate reader, unsigned depth)
{
	const struct pipeline_pipe *pipes = j->p->pipes;

	for (unsigned i = 0; i < j->n_tasks; i++)
		if (pipes[j->tasks[i].pipe].inode == pipes[pipe].inode)
			return;
	j->tasks[j->n_tasks++] = (struct task){ pipe, depth, reader };
}

/* Standard input is read by each filter.  Another pipe is an input only if
 * somebody writes it: a shell that starts a job holds some for itself. */
static bool
is_input(const struct judge *j, const struct pipeline_pipe *q, enum seal seal)
{
	return q == j->p->pipes || q->at == STDIN_FILENO ||
	    seal != SEAL_UNKNOWN || (q->writer >= 0 &&
	    !j->p->stages[q->writer].ancestor);
}

/* A pipe; and those above it, where it has no seal to vouch for them. */
static void
judge_pipe(struct judge *j, const struct task *t)
{
	const struct pipeline_pipe *q = &j->p->pipes[t->pipe];
	const struct pipeline_stage *s = q->writer < 0 ? NULL :
	    &j->p->stages[q->writer];
	char buf[WHO];
	const char *text = who(buf, s, t->depth);
	enum life life;
	enum seal seal;
	enum fate fate;
	int status = 0;

	if (!is_input(j, q, seal_read(q->fd)))
		return;
	life = watch(j, q, t->reader, &status);
	seal = seal_read(q->fd);
	fate = by_seal(j, seal, life, status, t->reader, t->depth, text);
	tell(j, text, seal, life, status, fate);
	if (seal != SEAL_UNKNOWN || s == NULL)
		return;
	if (s->opaque)
		unknown(j, text, "reads from what cannot be looked at");
	for (unsigned i = 1; i < j->p->n_pipes; i++)
		if (j->p->pipes[i].reader == q->writer)
			add_task(j, i, fate, t->depth + 1);
}

int
pipeline_judge(struct pipeline *p, const struct pipeline_terms *terms,
    struct err *e)
{
	struct judge j = { .p = p, .terms = terms, .began = now_ms(),
		.failure = ERR_NONE, .unknown = ERR_NONE };

	if (!p->on) {
		err_set(e, EXIT_DONE, "nothing is known of who wrote it");
		return 1;
	}
	for (unsigned i = 0; i < p->n_stages; i++)
		process_rename(&p->stages[i].process);
	add_task(&j, 0, FINE, 1);
	for (unsigned i = 0; i < j.n_tasks && !j.stopped; i++)
		judge_pipe(&j, &j.tasks[i]);
	if (j.stopped)
		return err_set(e, EXIT_TEMP, "stopped");
	if (j.failed)
		*e = j.failure;
	else if (j.unknown.text[0] != '\0')
		*e = j.unknown;
	return j.failed ? -1 : j.unknown.text[0] != '\0';
}
