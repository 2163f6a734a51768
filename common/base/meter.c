/* meter: progress lines and the --stats record. */
#include "base/meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"

enum {
	DRAW_TERMINAL_MS = 200,	/* between two lines: what eyes can follow */
	DRAW_LOG_MS = 10000,	/* the same in a log, where each stays */
	LINE = 1024		/* bytes of one: all numbers have 20 digits */
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

static double
cpu_seconds(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

void
meter_begin(struct meter *m, const struct face *face, const char *unit)
{
	memset(m, 0, sizeof *m);
	m->unit = unit;
	m->draw = face->progress && !face->quiet;
	m->stats = face->stats;
	m->terminal = isatty(STDERR_FILENO);
	m->began = m->drawn = meter_now();
}

/* 1536 as "1.5 KiB": three figures are enough for a person. */
static void
human(char *s, size_t size, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
		"PiB", "EiB" };
	double v = (double)bytes;
	unsigned u = 0;

	while (v >= 1000 && u < 6) {
		v /= 1024;
		u++;
	}
	snprintf(s, size, u == 0 ? "%.0f %s" : v < 10 ? "%.2f %s" :
	    v < 100 ? "%.1f %s" : "%.0f %s", v, units[u]);
}

static void
draw(const struct meter *m, int64_t now)
{
	char in[32], out[32], rate[32], line[LINE];
	int64_t ms = now - m->began > 0 ? now - m->began : 1;
	uint64_t bytes = m->in > m->out ? m->in : m->out;
	int at;

	human(in, sizeof in, m->in);
	human(out, sizeof out, m->out);
	human(rate, sizeof rate, (uint64_t)((double)bytes * 1000 / (double)ms));
	at = snprintf(line, sizeof line, "%s%s: %s in, %s out",
	    m->terminal ? "\r\033[K" : "", diag_program(), in, out);
	if (m->unit != NULL && at > 0 && at < LINE)
		at += snprintf(line + at, sizeof line - (size_t)at,
		    ", %" PRIu64 " %s", (uint64_t)m->records, m->unit);
	if (m->total > 0 && at > 0 && at < LINE)
		at += snprintf(line + at, sizeof line - (size_t)at, ", %.0f %%",
		    100.0 * (double)m->in / (double)m->total);
	if (at > 0 && at < LINE)
		at += snprintf(line + at, sizeof line - (size_t)at,
		    ", %s/s, %" PRId64 " s%s", rate, ms / 1000,
		    m->terminal ? "" : "\n");
	if (at > 0)
		diag_write(line, (size_t)(at < LINE ? at : LINE));
}

void
meter_tick(struct meter *m)
{
	int64_t now;

	if (!m->draw)
		return;
	now = meter_now();
	if (now - m->drawn < (m->terminal ? DRAW_TERMINAL_MS : DRAW_LOG_MS))
		return;
	m->drawn = now;
	draw(m, now);
}

void
meter_extra(struct meter *m, const char *name, uint64_t value)
{
	if (m->n_extras < METER_EXTRAS) {
		m->extras[m->n_extras].name = name;
		m->extras[m->n_extras++].value = value;
	}
}

/* Built as text first: one write keeps the lines of four stages apart. */
static void
print_stats(const struct meter *m, bool ok, int64_t now)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&line, &len);

	if (f == NULL)
		return;
	fprintf(f, "{\"tool\":\"%s\",\"ok\":%s,\"in\":%" PRIu64
	    ",\"out\":%" PRIu64, diag_program(), ok ? "true" : "false",
	    (uint64_t)m->in, (uint64_t)m->out);
	if (m->unit != NULL)
		fprintf(f, ",\"%s\":%" PRIu64, m->unit, (uint64_t)m->records);
	for (unsigned i = 0; i < m->n_extras; i++)
		fprintf(f, ",\"%s\":%" PRIu64, m->extras[i].name,
		    m->extras[i].value);
	fprintf(f, ",\"seconds\":%.3f,\"cpu_seconds\":%.3f,\"peak_rss\":%" PRIu64
	    "}\n", (double)(now - m->began) / 1000, cpu_seconds(),
	    meter_peak_rss());
	if (fclose(f) == 0)
		diag_write(line, len);
	free(line);
}

void
meter_end(struct meter *m, bool ok)
{
	int64_t now = meter_now();

	if (m->draw) {
		draw(m, now);
		if (m->terminal)
			diag_write("\n", 1);
	}
	if (m->stats)
		print_stats(m, ok, now);
}
