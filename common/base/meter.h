/*
 * meter: what went through a tool, as a progress line and as --stats.
 *
 * Counters may be added to by any thread; all else is called by one.
 */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/args.h"

enum { METER_EXTRAS = 12 };

struct meter {
	atomic_uint_fast64_t in;	/* bytes taken in */
	atomic_uint_fast64_t out;	/* bytes given out */
	atomic_uint_fast64_t records;	/* or pages, parts: see unit */
	const char *unit;		/* "records", "parts"; NULL: none */
	uint64_t total;			/* expected bytes in; 0: unknown */
	bool draw, stats, terminal;
	int64_t began, drawn;		/* monotonic, ms */
	unsigned n_extras;
	struct { const char *name; uint64_t value; } extras[METER_EXTRAS];
};

/* face decides what is shown; unit must outlive the meter. */
void meter_begin(struct meter *m, const struct face *face, const char *unit);

/*
 * Draws when it is time: five times a second in place on a terminal, a plain
 * line every ten seconds elsewhere.  Cheap; call it once a block.
 */
void meter_tick(struct meter *m);

/* A figure of the tool's own for --stats; name is a literal. */
void meter_extra(struct meter *m, const char *name, uint64_t value);

/*
 * Ends the drawing and prints --stats, one line of JSON on standard error:
 * {"tool":…,"ok":true,"in":…,"out":…,unit:…,extras…,"seconds":…,
 *  "cpu_seconds":…,"peak_rss":…}; rates follow from it.
 */
void meter_end(struct meter *m, bool ok);

/* Milliseconds of CLOCK_MONOTONIC; bytes of memory at this process's peak
 * (VmHWM: unlike ru_maxrss it does not count what was there before exec). */
int64_t meter_now(void);
uint64_t meter_peak_rss(void);

#endif
