/* timestamp: points in time as people write them.  Pure, UTC. */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads seconds since 1970 ("1787184000", as SOURCE_DATE_EPOCH has it, or
 * "@1787184000"), or UTC as RFC 3339 writes it: "2026-08-20",
 * "2026-08-20T12:00:00Z".  Years 1970 to 9999.  False when s is none of them.
 */
bool timestamp_parse(const char *s, int64_t *seconds);

#endif
