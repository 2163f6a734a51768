/*
 * progress: the figures of a job's stages as one line for a person, cut to a
 * terminal's width.
 *
 * Of four ways to say it the fullest is taken that fits:
 *
 *	cp-fetch 512 MiB of 1.20 GiB (43 %), awaits network | json2csv
 *	    102 MiB, 1234567 records | ... | 85.1 MiB/s, 0:06, 0:08 left
 *	the same without what each waits for
 *	cp-fetch 512M 43 % > json2csv 102M > memzip 18M > s3put 16M, 85M/s,
 *	    0:08 left
 *	43 % 512M > 102M > 18M > 16M, 0:08 left
 *
 * Pure: it asks nothing but its arguments.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/report.h"

struct progress_stage {
	struct report figures;
	const char *awaits;	/* what it waits for, such as "network";
				 * NULL: nothing */
};

/* Bytes of a line: sixteen stages with all their figures and names. */
enum { PROGRESS_LINE = 4096 };

/*
 * Writes the line, which is ASCII, of n stages in the order of the data, the
 * head first; gives its length, which is at most columns (0: as long as it
 * takes).  ms is how long the job has run.
 */
size_t progress_line(char line[PROGRESS_LINE],
    const struct progress_stage *stages, unsigned n, int64_t ms,
    unsigned columns);

#endif
