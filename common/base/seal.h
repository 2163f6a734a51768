/*
 * seal: the state of the data in an anonymous pipe, kept in the permission
 * bits of its inode, which both ends share and which outlive the writer.
 *
 *	0600 unknown	the writer is not one of ours
 *	0610 open	a tool of ours is writing
 *	0601 sealed	all was written and is correct
 *	0611 broken	a writer failed, or two were at work
 *	0711 temporary	a writer failed, and a retry may help
 *	01611 left	the reader left first (EPIPE): the rest was not wanted
 *
 * The last three stay, whatever follows; of several the worst does, which is
 * that above.
 * The bits mean nothing to the kernel there: access to an anonymous pipe goes
 * by its descriptors.  The owner's bits stay, so /dev/stdin can be reopened.
 * On anything but an anonymous pipe (a file, a named FIFO, a socket, a
 * terminal), without the right to fchmod, or with MEMPIPE_SEAL=0 in the
 * environment, every call quietly means "unknown".  See pipe(7), fchmod(2).
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include <stdbool.h>

#include "base/diag.h"

enum seal { SEAL_UNKNOWN, SEAL_OPEN, SEAL_SEALED,
	/* in the order of what outweighs what */
	SEAL_LEFT, SEAL_TEMPORARY, SEAL_BROKEN };

/* The writer's three marks: before its first byte; as its last act; on failure
 * (how is one of the last three).  A finish on a broken pipe leaves it so. */
void seal_open(int fd);
void seal_finish(int fd);
void seal_break(int fd, enum seal how);

/* What a failure with this exit code makes of the pipe. */
enum seal seal_of_exit(enum exit_code code);

/* The reader's look, at end of file: the last writer is gone by then. */
enum seal seal_read(int fd);

/* Whether the input is an anonymous pipe, and what is above it is to be looked
 * at (base/pipeline.h): not with MEMPIPE_SEAL=direct. */
bool seal_looks_through(int fd);

/* An anonymous pipe that no writer of ours has marked; false where seal_read
 * says unknown because there can be no seal. */
bool seal_missing(int fd);

#endif
