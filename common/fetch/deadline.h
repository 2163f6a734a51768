/*
 * deadline: the end of the whole run, whatever it waits for.
 *
 * Requests keep the deadline themselves, and say which one it ended.  All other
 * waits, for a reader of standard output or a writer of a list, are cut off by a
 * signal, a moment later.
 */
#ifndef FETCH_DEADLINE_H
#define FETCH_DEADLINE_H

#include <stdint.h>

#include "base/diag.h"

/* The process is to end in ms milliseconds, and a moment, with EXIT_TEMP and a
 * message, and a pipe on standard output marked as broken.  -1 with 70. */
int deadline_set(uint64_t ms, struct err *e);

#endif
