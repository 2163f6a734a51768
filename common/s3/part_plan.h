/*
 * part_plan: how large each part of a multipart upload is.  Pure.
 *
 * S3 takes 10,000 parts of 5 MiB to 5 GiB (the last may be smaller).  The
 * length of a stream is not known, so parts start small and double every
 * thousand; memory bounds them, half the budget each (then one part fills
 * while another is sent), and for the last thousand the whole budget:
 *
 *	budget	parts of 8 MiB grow to	limit of one object
 *	40 MiB	20, at last 40 MiB	199 GiB
 *	1 GiB	512, at last 1024 MiB	2.9 TiB
 *
 * Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits".
 */
#ifndef S3_PART_PLAN_H
#define S3_PART_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

/* Bytes: S3's bounds of a part but the last, and the first parts without
 * --part-size.  Smaller ones cost a request each, larger ones memory: four of 8
 * MiB side by side fill a line to S3. */
#define PART_MIN ((uint64_t)5 << 20)
#define PART_MAX ((uint64_t)5 << 30)
#define PART_DEFAULT ((uint64_t)8 << 20)
enum { PART_NUMBERS = 10000 };	/* the most parts that S3 takes */

struct part_plan {
	uint64_t budget;	/* bytes for all parts in memory */
	uint64_t first;		/* size of the first parts */
	bool fixed;		/* all parts are of that size */
};

/*
 * Makes a plan.  first 0: 8 MiB, or less when the budget is below two of
 * them.  expected is the object's size where it is known, else 0: then the
 * first parts are made large enough for it.  Fails with 64 when first or
 * budget are out of bounds, with 65 when expected cannot fit.
 */
int part_plan_make(struct part_plan *p, uint64_t budget, uint64_t first,
    bool fixed, uint64_t expected, struct err *e);

/* Bytes in part number (from 1), unless it is the last; 0 beyond 10,000. */
uint64_t part_plan_size(const struct part_plan *p, unsigned number);

/* The largest object that fits this plan. */
uint64_t part_plan_limit(const struct part_plan *p);

#endif
