/*
 * convert: JSON in, CSV out; the stages of json2csv in their order.
 *
 * The rows, the message of an error and the counts are a function of the input
 * and the conversion: they do not depend on threads, on sizes, or on how the
 * input arrives.  The caller's thread is the driver; the others are started
 * and joined within convert().
 */
#ifndef CSV_CONVERT_H
#define CSV_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/meter.h"
#include "csv/csv.h"
#include "json/path.h"
#include "csv/record.h"
#include "json/scan.h"
#include "csv/sizes.h"
#include "csv/where.h"

struct conversion {
	struct path root;	/* where the records are */
	const char *const *keys; /* columns for the names that "*" in it stands
				 * for, from the first one on */
	uint32_t n_keys;
	bool whole;		/* what is there is one record, an array too */
	bool header_row;	/* the first record that is an array has the
				 * names of all of them */
	const struct fields *unwind; /* a row for each choice of one element of
				 * each, at most UNWIND_MAX, those within
				 * others after them; NULL: none */
	const struct fields *fields; /* NULL: all members are columns */
	const struct where *where; /* what rows must fulfil; NULL: nothing */
	uint64_t limit;		/* rows that are wanted, besides the header;
				 * 0: all */
	const char *null_text;	/* for JSON's null */
	struct array_style arrays;
	struct csv csv;
	bool header, bom;
	bool replace;		/* what is not UTF-8, by U+FFFD */
	struct scan_policy policy; /* max_record follows from memory, lines
				 * from max_errors */
	uint64_t max_errors;	/* lines that may be skipped; above 0 each
				 * document is one line */
	size_t memory;		/* bytes; at least CONVERT_MEMORY_MIN */
	const struct sizes *sizes; /* NULL: sizes_default */
	unsigned threads;	/* that make rows; 1: none but the caller */
	void (*skipped)(const struct err *e); /* told of each such line */
};

/* What a conversion left out, as it was told to. */
struct omission {
	uint64_t late;		/* values of columns that came late */
	char first[160];		/* of which this was the first */
	uint64_t lines;
	char hint[400];		/* what may have been meant, or "" */
};

/* Bytes: the shares of a smaller budget (budget.h) would refuse records that are
 * not unusual; an eighth of this, 128 KiB, holds nearly all. */
enum { CONVERT_MEMORY_MIN = 1024 * 1024 };

/*
 * Converts all of in to out.  0 when the input was complete and all of it is
 * written, or as many rows as are wanted, whatever comes after them; else -1
 * with e, and the whole rows before the error are written (when memory runs
 * out, some of them).  *left is filled in any case.  The output is neither
 * sealed nor failed here.
 * Memory: memory, and 4 MiB, and 2 MiB for each thread; for each field 300
 * bytes, and 32 for each thread; 48 bytes for each level of the policy's
 * max_depth above SCAN_DEPTH.
 */
int convert(const struct conversion *o, struct input *in, struct output *out,
    struct meter *m, struct omission *left, struct err *e);

#endif
