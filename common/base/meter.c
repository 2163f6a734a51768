/*
 * meter: showing what a tool, or a whole job, does.
 *
 * The thread takes a sample every STEP_MS: it writes our own report, looks for
 * the stages above and their reports, and draws if no stage below shows ours.
 * What it uses is the main thread's again when it has been joined; the counters
 * are atomic.
 */
#include "base/meter.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/memstream.h"
#include "base/printable.h"
#include "base/progress.h"

enum {
	STEP_MS = 200,		/* between two samples: what eyes can follow */
	FIRST_MS = 5,		/* before the second; doubles up to STEP_MS, for
				 * short jobs have their stages, too */
	DRAW_MS = 400,		/* before the first drawing: by then a later stage
				 * has found us */
	LOG_MS = 10 * 1000,	/* between two lines of a log, where each stays */
	SAMPLE_MS = 1000,	/* over which it is seen what a stage waits for */
	LOOKS = 25,		/* samples with a look for stages: some 4 s */
	ENDING_MS = 1000,	/* for which a stage above may end after us */
	STACK = 512 * 1024	/* bytes, of the thread: a line, and lists of
				 * processes; more with sanitizers */
};

int64_t
meter_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t
meter_peak_rss(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long kib = 0;
	struct rusage usage;
	char line[256];

	if (f != NULL) {
		while (fgets(line, sizeof line, f) != NULL)
			if (sscanf(line, "VmHWM: %llu", &kib) == 1)
				break;
		fclose(f);
	}
	if (kib == 0 && getrusage(RUSAGE_SELF, &usage) == 0)
		kib = (unsigned long long)usage.ru_maxrss;
	return (uint64_t)kib * 1024;
}

static int64_t
cpu_ms(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

/* Our own figures; code is -1 while we work. */
static struct report
own_report(const struct meter *m, int code)
{
	struct report r = { .version = REPORT_VERSION, .pid = getpid(),
		.in = m->in, .out = m->out, .records = m->records,
		.total = m->total != 0 ? m->total : m->waits->size,
		.retries = m->retries, .peak = meter_peak_rss(),
		.ms = meter_now() - m->began, .cpu_ms = cpu_ms(),
		.wait_in = waits_input(m->waits),
		.wait_out = waits_output(m->waits), .network = m->network,
		.code = code };

	snprintf(r.tool, sizeof r.tool, "%s", diag_program());
	if (m->unit != NULL)
		snprintf(r.unit, sizeof r.unit, "%s", m->unit);
	return r;
}

/* The stages above. */

/* The stage as it was, or a new one. */
static struct meter_stage
known_stage(const struct meter_stage *old, unsigned n,
    const struct process *process)
{
	for (unsigned i = 0; i < n; i++)
		if (old[i].process == process)
			return old[i];
	return (struct meter_stage){ .process = process, .report = -1 };
}

/* A stage that is not ours has none; one that is begins with it. */
static void
find_report(const struct meter *m, struct meter_stage *s)
{
	struct report r;

	if (s->report >= 0)
		return;
	s->report = report_find(s->process);
	if (s->report < 0)
		return;
	if (!report_read(s->report, &r) || r.pid != s->process->pid) {
		close(s->report);
		s->report = -1;
		return;
	}
	if (m->draw)
		report_claim(s->report, REPORT_PROGRESS);
	if (m->job)
		report_claim(s->report, REPORT_STATS);
}

static void
look_above(struct meter *m)
{
	const struct process *order[PIPELINE_STAGES];
	struct meter_stage old[PIPELINE_STAGES + 1];
	unsigned n, n_old = m->n_stages;
	int fd = m->waits->held - 1;

	if (fd < 0 && !m->above.on)
		return;
	if (m->above.on)
		pipeline_look(&m->above);
	else
		pipeline_open(&m->above, fd);
	n = pipeline_order(&m->above, order);
	memcpy(old, m->stages, sizeof old);
	for (unsigned i = 0; i < n; i++) {
		m->stages[i] = known_stage(old, n_old, order[i]);
		find_report(m, &m->stages[i]);
	}
	m->n_stages = n;
}

/* Drawing. */

/* What the stage waited for in most of the last second. */
static void
see_waits(struct meter_stage *s, const struct report *r)
{
	int64_t ms = r->ms - s->at;

	if (ms < SAMPLE_MS)
		return;
	if (2 * (r->wait_in - s->wait_in) > ms)
		s->awaits = "input";
	else if (2 * (r->wait_out - s->wait_out) > ms)
		s->awaits = "output";
	else
		s->awaits = r->network ? "network" : NULL;
	s->at = r->ms;
	s->wait_in = r->wait_in;
	s->wait_out = r->wait_out;
}

static unsigned
collect(struct meter *m, struct progress_stage *list)
{
	struct meter_stage *s;
	unsigned n = 0;

	for (unsigned i = 0; i < m->n_stages; i++) {
		s = &m->stages[i];
		if (!report_read(s->report, &list[n].figures))
			continue;
		see_waits(s, &list[n].figures);
		list[n].awaits = list[n].figures.code >= 0 ? NULL : s->awaits;
		n++;
	}
	s = &m->stages[PIPELINE_STAGES];
	list[n].figures = own_report(m, -1);
	see_waits(s, &list[n].figures);
	list[n++].awaits = m->rests ? NULL : s->awaits;
	return n;
}

/* One less than the terminal has: in the last one many wrap. */
static unsigned
columns(void)
{
	struct winsize size = { 0 };

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ?
	    size.ws_col - 1u : 79;
}

static void
draw(struct meter *m)
{
	struct progress_stage list[PIPELINE_STAGES + 1];
	char text[PROGRESS_LINE], line[PROGRESS_LINE + 64];
	unsigned n = collect(m, list);
	int64_t ms = 0;
	size_t len;
	int at;

	for (unsigned i = 0; i < n; i++)
		if (list[i].figures.ms > ms)
			ms = list[i].figures.ms;
	len = progress_line(text, list, n, ms, m->terminal ? columns() : 0);
	at = m->terminal ?
	    snprintf(line, sizeof line, "\r%.*s\033[K", (int)len, text) :
	    snprintf(line, sizeof line, "%s: %.*s\n", diag_program(), (int)len,
	    text);
	if (at > 0)
		diag_write(line, (size_t)at);
	m->drawn = true;
}

static void
sample(struct meter *m)
{
	struct report r = own_report(m, -1);
	int64_t now = m->began + r.ms;

	report_write(m->report, &r);
	if (m->looks < LOOKS) {
		m->looks++;
		look_above(m);
	}
	if (!m->draw || report_claimed(m->report, REPORT_PROGRESS))
		return;
	if (now < (m->terminal ? m->began + DRAW_MS : m->log_at))
		return;
	m->log_at = now + LOG_MS;
	draw(m);
}

static void *
work(void *ctx)
{
	struct meter *m = ctx;
	struct pollfd wake = { .fd = m->wake, .events = POLLIN };
	int step = FIRST_MS;

	do {
		sample(m);
		if (poll(&wake, 1, step) != 0)
			break;
		step = 2 * step < STEP_MS ? 2 * step : STEP_MS;
	} while (true);
	return NULL;
}

/* Signals are the main thread's.  Without a thread nothing is shown but the
 * end. */
static void
start(struct meter *m)
{
	pthread_attr_t attr;
	sigset_t all, old;

	m->wake = eventfd(0, EFD_CLOEXEC);
	if (m->wake < 0 || pthread_attr_init(&attr) != 0)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	m->threaded = pthread_attr_setstacksize(&attr, STACK) == 0 &&
	    pthread_create(&m->thread, &attr, work, m) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
}

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && strcmp(value, "1") == 0;
}

void
meter_begin(struct meter *m, const struct face *face, struct waits *waits,
    const char *unit, unsigned how)
{
	memset(m, 0, sizeof *m);
	m->unit = unit;
	m->network = (how & METER_NETWORK) != 0;
	m->waits = waits;
	m->job = is_set("MEMPIPE_STATS");
	m->stats = face->stats || m->job;
	m->draw = (face->progress || is_set("MEMPIPE_PROGRESS")) &&
	    !face->quiet && ((how & METER_SILENT) != 0 ||
	    !isatty(STDOUT_FILENO));
	m->terminal = diag_terminal();
	m->began = meter_now();
	m->log_at = m->began + LOG_MS;
	m->report = m->wake = m->stages[PIPELINE_STAGES].report = -1;
	if (!m->stats && !m->draw)
		return;
	waits_count(waits);
	if (m->draw || m->job) {
		m->report = report_open();
		start(m);
	}
}

void
meter_extra(struct meter *m, const char *name, uint64_t value)
{
	if (m->n_extras < METER_EXTRAS) {
		m->extras[m->n_extras].name = name;
		m->extras[m->n_extras++].value = value;
	}
}

void
meter_rest(struct meter *m)
{
	uint64_t one = 1;

	if (m->rests)
		return;
	if (m->threaded) {
		if (write(m->wake, &one, sizeof one) < 0)
			return;		/* it cannot: the counter is 0 */
		pthread_join(m->thread, NULL);
	}
	m->rests = true;	/* the thread looks at it */
	if (!m->draw || report_claimed(m->report, REPORT_PROGRESS))
		return;
	draw(m);
	if (m->terminal)
		diag_write("\n", 1);
}

/* Statistics. */

static void
print_figures(FILE *f, const struct meter *m, const struct report *r)
{
	fprintf(f, "{\"tool\":");
	printable_json(f, r->tool);
	fprintf(f, ",\"ok\":%s,\"in\":%" PRIu64 ",\"out\":%" PRIu64,
	    r->code == 0 ? "true" : "false", r->in, r->out);
	if (r->unit[0] != '\0') {
		fputc(',', f);
		printable_json(f, r->unit);
		fprintf(f, ":%" PRIu64, r->records);
	}
	for (unsigned i = 0; m != NULL && i < m->n_extras; i++)
		fprintf(f, ",\"%s\":%" PRIu64, m->extras[i].name,
		    m->extras[i].value);
	if (m == NULL && r->retries > 0)
		fprintf(f, ",\"retries\":%" PRIu64, r->retries);
	fprintf(f, ",\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"peak_rss\":%" PRIu64
	    ",\"wait_in\":%.3f,\"wait_out\":%.3f,\"exit\":%d}",
	    (double)r->ms / 1000, (double)r->cpu_ms / 1000, r->peak,
	    (double)r->wait_in / 1000, (double)r->wait_out / 1000, (int)r->code);
}

/* How a stage ended, as a shell would say; -1: nobody knows. */
static int
status_of(const struct process *p, bool *runs)
{
	int status = 0;
	enum process_life life = process_life(p, &status);

	*runs = life == PROCESS_RUNS;
	return life != PROCESS_ENDED ? -1 : WIFSIGNALED(status) ?
	    128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
await_end(const struct meter *m, const struct process *p)
{
	int64_t end = m->began + own_report(m, 0).ms + ENDING_MS;
	bool runs;

	while (status_of(p, &runs) == -1 && runs && meter_now() < end)
		poll(&(struct pollfd){ p->pidfd, POLLIN, 0 }, 1,
		    p->pidfd >= 0 ? STEP_MS : FIRST_MS);
}

static void
print_stage(FILE *f, const struct meter *m, const struct meter_stage *s)
{
	struct report r;
	bool runs;
	int code;

	await_end(m, s->process);
	code = status_of(s->process, &runs);
	if (report_read(s->report, &r)) {
		if (r.code < 0)
			r.code = code;
		print_figures(f, NULL, &r);
		return;
	}
	fprintf(f, "{\"tool\":");
	printable_json(f, s->process->name);
	if (code >= 0)
		fprintf(f, ",\"ok\":%s,\"exit\":%d", code == 0 ? "true" :
		    "false", code);
	fputc('}', f);
}

static void
print_job(FILE *f, const struct meter *m, const struct report *r)
{
	fprintf(f, "{\"job\":");
	printable_json(f, r->tool);
	fprintf(f, ",\"ok\":%s,\"exit\":%d,\"seconds\":%.3f,\"stages\":[",
	    r->code == 0 ? "true" : "false", (int)r->code,
	    (double)r->ms / 1000);
	for (unsigned i = 0; i < m->n_stages; i++) {
		print_stage(f, m, &m->stages[i]);
		fputc(',', f);
	}
	print_figures(f, m, r);
	fprintf(f, "]}");
}

/* Built as text first: one write keeps the lines of four stages apart. */
static void
print_stats(const struct meter *m, const struct report *r)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = memstream_open(&line, &len);

	if (f == NULL)
		return;
	if (m->job && m->n_stages > 0)
		print_job(f, m, r);
	else
		print_figures(f, m, r);
	fputc('\n', f);
	if (fclose(f) == 0)
		diag_write(line, len);
	free(line);
}

void
meter_end(struct meter *m, int code)
{
	struct report r;

	meter_rest(m);
	if (m->stats || m->report >= 0) {
		r = own_report(m, code);
		report_write(m->report, &r);
		if (m->stats && !(m->job &&
		    report_claimed(m->report, REPORT_STATS)))
			print_stats(m, &r);
	}
	for (unsigned i = 0; i < m->n_stages; i++)
		if (m->stages[i].report >= 0)
			close(m->stages[i].report);
	m->n_stages = 0;
	pipeline_close(&m->above);
	waits_close(m->waits);
	if (m->report >= 0)
		close(m->report);
	if (m->wake >= 0)
		close(m->wake);
	m->report = m->wake = -1;
}
