/*
 * meter: counts what goes through a tool, and shows it: while it works
 * (--progress), and as a line of JSON at the end (--stats).
 *
 * In a pipeline the last of our stages shows all of them, as far as they count
 * and can be found (base/report.h, base/pipeline.h): with --progress or
 * MEMPIPE_PROGRESS=1 in the environment on one line, five times a second on a
 * terminal, and every ten seconds where there is none; with MEMPIPE_STATS=1 in
 * one object at the end of the job.  A stage that nobody has found shows itself.
 *
 * Any thread may add to the atomic counters.  The functions are called by the
 * thread that began; another one, which the meter starts, does the showing, so
 * that the line lives while the tool waits.
 */
#ifndef BASE_METER_H
#define BASE_METER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/args.h"
#include "base/report.h"

/* Figures that meter_extra can take.  cp-fetch has the most, six; one above
 * the number is dropped, not written elsewhere. */
enum { METER_EXTRAS = 12 };

struct meter {
	atomic_uint_fast64_t in;	/* bytes taken in */
	atomic_uint_fast64_t out;	/* bytes given out */
	atomic_uint_fast64_t records;	/* or pages, parts: see unit */
	atomic_uint_fast64_t total;	/* expected bytes in; 0: unknown, or what
					 * an input says that is a file */
	atomic_uint_fast64_t retries;	/* of requests */
	/* private */
	const char *unit;
	struct waits *waits;
	bool network, draw, stats, job, terminal, drawn, rests;
	int64_t began, log_at;		/* monotonic, ms */
	int report;			/* our own; -1: none */
	int wake;			/* ends the thread */
	bool threaded;
	pthread_t thread;
	unsigned looks;
	struct pipeline above;
	unsigned n_stages;
	struct meter_stage {
		const struct process *process;
		int report;		/* -1: none */
		int64_t at, wait_in, wait_out;	/* of the last sample */
		const char *awaits;
	} stages[PIPELINE_STAGES + 1];	/* the last is ourselves */
	unsigned n_extras;
	struct { const char *name; uint64_t value; } extras[METER_EXTRAS];
};

enum {
	METER_NETWORK = 1,	/* where it waits for neither its input nor its
				 * output, it is for the network */
	METER_SILENT = 2	/* it writes nothing before meter_rest: so progress
				 * may be drawn where output is a terminal */
};

/* Begins to count; face and the environment say what is to be shown.  waits are
 * those of the input and must outlive the meter.  unit, such as "records" (NULL:
 * none), is a literal in the plural; how has bits of the above. */
void meter_begin(struct meter *m, const struct face *face, struct waits *waits,
    const char *unit, unsigned how);

/* Adds a figure of the tool's own to --stats; name is a literal. */
void meter_extra(struct meter *m, const char *name, uint64_t value);

/* Ends the drawing, with a line that stays.  Call it before anything is said of
 * the end; may be called again. */
void meter_rest(struct meter *m);

/*
 * The last call, when all else has been said.  --stats prints one line of JSON
 * on standard error:
 *
 *	{"tool":…,"ok":true,"in":…,"out":…,unit:…,extras…,"seconds":…,
 *	"cpu_seconds":…,"peak_rss":…,"wait_in":…,"wait_out":…,"exit":0}
 *
 * or, with MEMPIPE_STATS=1 and stages above that have left it to this one,
 *
 *	{"job":…,"ok":true,…,"stages":[{"tool":…,…},…]}
 */
void meter_end(struct meter *m, int code);

/* The time in milliseconds of CLOCK_MONOTONIC; and the peak of the process's
 * resident memory in bytes (VmHWM: unlike ru_maxrss it does not count what the
 * process had before exec). */
int64_t meter_now(void);
uint64_t meter_peak_rss(void);

#endif
