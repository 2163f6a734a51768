/*
 * range_get: one large body over several connections, written in order.
 *
 * The first range is asked for alone.  If the answer is a 206 with the length
 * of the whole and a strong validator, the ranges after it are fetched side
 * by side, each into a window of its own, and written in their order; a range
 * that breaks is continued after its last byte.  Every answer must carry the
 * same validator and length.  In all other cases transfer_run does the work.
 *
 * Memory: jobs windows of a chunk, and 0.1 MiB for each connection.
 */
#ifndef FETCH_RANGE_GET_H
#define FETCH_RANGE_GET_H

#include "fetch/transfer.h"

/* Connections at most.  Browsers open 6 to a server, and more than some tens look
 * like an attack; with 64 the default ranges take 256 MiB. */
enum { RANGE_GET_MAX = 64 };

/*
 * As transfer_run(t), with jobs connections (2 … RANGE_GET_MAX) and ranges of
 * chunk bytes.  t is set up as for that; its window serves the other case.
 * The policy's client should not speak HTTP/2, which makes one connection of
 * many.
 */
int range_get_run(struct transfer *t, unsigned jobs, size_t chunk,
    struct err *e);

#endif
