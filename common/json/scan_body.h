/*
 * scan_body: the scanner's state machine for one kind of processor.
 *
 * All bodies give the same; scan_plain is the specification.  Each exists only
 * where its processor does (scan_machine.c).
 */
#ifndef JSON_SCAN_BODY_H
#define JSON_SCAN_BODY_H

#include "json/scan.h"

struct scan_body {
	const char *name;
	/* Walks from p to end, or to an error or a full batch; *stop is how
	 * far it came, not set with SCAN_ERROR. */
	enum scan_status (*walk)(struct scan *s, const char *p,
	    const char *end, const char **stop);
};

extern const struct scan_body scan_plain, scan_avx2, scan_neon;

#endif
