/*
 * scan_error: what a scan reports, and where in the input that is.
 *
 * The text is "in record N, line N, byte N, path: what".  The line is the
 * scan's, the record is the last that began, and the path leads from the
 * document down to the member or element at work: events[11].group.title.  Its
 * names are written as in path.h.
 */
#ifndef JSON_SCAN_ERROR_H
#define JSON_SCAN_ERROR_H

#include <stdint.h>

#include "base/diag.h"
#include "json/scan.h"

/* Fills e with what, and the place of the byte at offset; code 65.  Returns
 * -1, as all do here; the others fill s->e. */
int scan_error(struct scan *s, uint64_t offset, struct err *e,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Something else than what stands at p. */
int scan_expected(struct scan *s, const char *p, const char *what);

/* What an input may be that has the unexpected byte c at its beginning: for a
 * message, " (UTF-16?)" and the like, or "". */
const char *scan_guess(uint64_t offset, unsigned char c);

/* The record at work is more than it may be (s->over): the place is its begin,
 * and the member that was too much; a line that is skipped is that of where it
 * became so. */
int scan_too_large(struct scan *s);

/* Where the fed byte at p is in the input. */
static inline uint64_t
scan_offset(const struct scan *s, const char *p)
{
	return s->base + (uint64_t)(p - s->start);
}

#endif
