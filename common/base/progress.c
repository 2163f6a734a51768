/* progress: laying out a line. */
#include "base/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHORTEST, SHORT, LONG, FULL };	/* the ways to say it */

enum { MOST_LEFT_MS = 1000 * 3600 * 100 };	/* more is no help to anybody */

struct line {
	char *text;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void
say(struct line *l, const char *fmt, ...)
{
	size_t room = PROGRESS_LINE - l->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->text + l->len, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->len += (size_t)n < room ? (size_t)n : room - 1;
}

/* 1536 as "1.50 KiB" or "1.5K": three or two figures are enough for a person. */
static void
say_bytes(struct line *l, uint64_t bytes, int way)
{
	static const char units[] = "BKMGTPE";
	double v = (double)bytes;
	unsigned u = 0;

	while (v >= 999.5 && u + 2 < sizeof units) {
		v /= 1024;
		u++;
	}
	if (way <= SHORT)
		say(l, u == 0 || v >= 9.95 ? "%.0f%c" : "%.1f%c", v, units[u]);
	else if (u == 0)
		say(l, "%.0f B", v);
	else
		say(l, v < 9.995 ? "%.2f %ciB" : v < 99.95 ? "%.1f %ciB" :
		    "%.0f %ciB", v, units[u]);
}

/* 0:07, 12:34, 1:02:03 */
static void
say_time(struct line *l, int64_t ms)
{
	int64_t s = ms / 1000;

	if (s >= 3600)
		say(l, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60),
		    (int)(s % 60));
	else
		say(l, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

/* What a stage gives on; of one that gives nothing, what it takes. */
static uint64_t
amount(const struct report *r)
{
	return r->out > 0 ? r->out : r->in;
}

/* Percent of what is expected; -1: not known. */
static int
percent(const struct report *r)
{
	return r->total == 0 || r->in > r->total ? -1 :
	    (int)(100.0 * (double)r->in / (double)r->total);
}

static void
say_stage(struct line *l, const struct progress_stage *s, int way)
{
	const struct report *r = &s->figures;
	int done = percent(r);

	if (way == SHORTEST) {
		say_bytes(l, amount(r), way);
		return;
	}
	say(l, "%s ", r->tool);
	say_bytes(l, amount(r), way);
	if (way >= LONG && done >= 0) {
		say(l, " of ");
		say_bytes(l, r->total, way);
		say(l, " (%d %%)", done);
	} else if (done >= 0) {
		say(l, " %d %%", done);
	}
	if (way >= LONG && r->unit[0] != '\0' && r->records > 1)
		say(l, ", %" PRIu64 " %s", r->records, r->unit);
	if (r->retries > 0 && way >= SHORT)
		say(l, ", %" PRIu64 " %s", r->retries,
		    r->retries == 1 ? "retry" : "retries");
	if (way == FULL && s->awaits != NULL)
		say(l, ", awaits %s", s->awaits);
}

/* The first stage that knows how much there is: time is to come in proportion. */
static void
say_left(struct line *l, const struct progress_stage *s, unsigned n)
{
	const struct report *r = &s->figures;
	double ms;

	for (; n > 0 && (percent(r) < 0 || r->in == 0 || r->in == r->total); n--)
		r = &(++s)->figures;
	if (n == 0)
		return;
	ms = (double)r->ms * (double)(r->total - r->in) / (double)r->in;
	if (ms > MOST_LEFT_MS)
		return;
	say(l, ", ");
	say_time(l, (int64_t)ms);
	say(l, " left");
}

static void
say_all(struct line *l, const struct progress_stage *s, unsigned n, int64_t ms,
    int way)
{
	uint64_t most = s->figures.in > s->figures.out ? s->figures.in :
	    s->figures.out;
	int done = percent(&s->figures);

	if (way == SHORTEST && done >= 0)
		say(l, "%d %% ", done);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			say(l, way >= LONG ? " | " : " > ");
		say_stage(l, &s[i], way);
	}
	if (way > SHORTEST) {
		say(l, n > 1 && way >= LONG ? " | " : ", ");
		say_bytes(l, ms > 0 ? (uint64_t)((double)most * 1000 /
		    (double)ms) : 0, way);
		say(l, "/s");
	}
	if (way >= LONG) {
		say(l, ", ");
		say_time(l, ms);
	}
	say_left(l, s, n);
}

size_t
progress_line(char line[PROGRESS_LINE], const struct progress_stage *stages,
    unsigned n, int64_t ms, unsigned columns)
{
	struct line l = { .text = line };

	for (int way = FULL; way >= SHORTEST; way--) {
		l.len = 0;
		say_all(&l, stages, n, ms, way);
		if (columns == 0 || l.len <= columns)
			return l.len;
	}
	return columns;
}
