/*
 * pace: how many requests may run at once with a server that can be busy.
 * Pure.
 *
 * Additive increase, multiplicative decrease, as TCP does it: an answer that
 * says "slow down" halves the number, down to one; each round of good answers
 * adds one, up to the most.  Requests that were already under way at a cut
 * may be refused as well, but say nothing new: they do not cut again.
 */
#ifndef S3_AIMD_H
#define S3_AIMD_H

#include <stdint.h>

struct aimd {
	unsigned most;
	unsigned thousandths;	/* of a request */
	int64_t cut_at;		/* monotonic ms of the last cut; 0: none */
};

/* Begins with the most, >= 1 and <= 1,000,000. */
void aimd_begin(struct aimd *p, unsigned most);

/* Requests that may run, 1 to the most. */
unsigned aimd_allows(const struct aimd *p);

/* Call it when a request was answered without "slow down". */
void aimd_good(struct aimd *p);

/* Call it when a request that began at `started` was answered "slow down". */
void aimd_busy(struct aimd *p, int64_t started, int64_t now);

#endif
