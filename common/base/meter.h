/*
 * meter: counts what goes through a tool, and shows it as a progress line
 * (--progress) and as a line of JSON at the end (--stats).
 *
 * Any thread may add to the three atomic counters.  All functions that take a
 * meter are called by one thread.
 */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/args.h"

/* Figures that meter_extra can take.  cp-fetch has the most, five; one above
 * the number is dropped, not written elsewhere. */
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

/* Begins to count; face says what is to be shown.  unit must outlive the
 * meter. */
void meter_begin(struct meter *m, const struct face *face, const char *unit);

/*
 * Shows progress if it is due: on a terminal five times a second, in place;
 * elsewhere as a line every ten seconds.  It costs little: call it once a
 * block.
 */
void meter_tick(struct meter *m);

/* Adds a figure of the tool's own to --stats; name is a literal. */
void meter_extra(struct meter *m, const char *name, uint64_t value);

/*
 * Ends the drawing and prints --stats, one line of JSON on standard error:
 * {"tool":…,"ok":true,"in":…,"out":…,unit:…,extras…,"seconds":…,
 *  "cpu_seconds":…,"peak_rss":…}; rates follow from it.
 */
void meter_end(struct meter *m, bool ok);

/* The time in milliseconds of CLOCK_MONOTONIC; and the peak of the process's
 * resident memory in bytes (VmHWM: unlike ru_maxrss it does not count what the
 * process had before exec). */
int64_t meter_now(void);
uint64_t meter_peak_rss(void);

#endif
