/*
 * array: which task of an array this process is, by what the scheduler says.
 *
 *	scheduler	index				job, attempt
 *	AWS Batch	AWS_BATCH_JOB_ARRAY_INDEX	AWS_BATCH_JOB_ID (what
 *							stands before the colon),
 *							AWS_BATCH_JOB_ATTEMPT
 *	Slurm		SLURM_ARRAY_TASK_ID		SLURM_ARRAY_JOB_ID,
 *							SLURM_RESTART_COUNT (0
 *							where it is not set)
 *	Kubernetes	JOB_COMPLETION_INDEX		-
 *	Grid Engine	SGE_TASK_ID, from 1		JOB_ID, -
 *	LSF		LSB_JOBINDEX, from 1		LSB_JOBID, -
 *
 * Here an index counts from 0.  Grid Engine says "undefined", and LSF 0, where
 * there is no array.
 *
 * The number of tasks is always written by hand: what schedulers say of it
 * changes when a part of an array is run again (SLURM_ARRAY_TASK_COUNT).  Only
 * AWS Batch has the size of the array (AWS_BATCH_JOB_ARRAY_SIZE).
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

/* Tasks: a hundred times what AWS Batch takes, and far more than any scheduler
 * starts of one job. */
enum { ARRAY_MAX = 1000000 };

struct array {
	uint64_t index;		/* below count */
	uint64_t count;		/* 0: it was not said */
	bool automatic;		/* the scheduler said the index */
};

/* Reads "I/N", "auto/N", "env:NAME/N" (the index stands in that variable, from
 * 0) or "auto/auto".  -1 with 64, option in the message. */
int array_parse(struct array *a, const char *option, const char *text,
    struct err *e);

/* What the scheduler says alone, with count 0.  -1 with 64: it says nothing, or
 * more than one scheduler does. */
int array_find(struct array *a, struct err *e);

/*
 * Replaces {index}, {job} and {attempt} in a text, for the caller to free; other
 * braces stay as they are.  a NULL: the index is what array_find gives.  NULL
 * with e: 64 for a word that nobody says, or 70.
 */
char *array_expand(const char *text, const struct array *a, struct err *e);

#endif
