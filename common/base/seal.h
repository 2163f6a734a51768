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
 * The last three marks are never undone.  Where several are made, the worst
 * counts: broken outweighs temporary, and temporary outweighs left.
 *
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

/* The writer's three marks: seal_open before its first byte, seal_finish as its
 * last act, seal_break on failure (how is one of the last three).  seal_finish
 * leaves a pipe that is marked as broken as it is. */
void seal_open(int fd);
void seal_finish(int fd);
void seal_break(int fd, enum seal how);

/* The mark for a failure with this exit code. */
enum seal seal_of_exit(enum exit_code code);

/* The mark of the pipe, for the reader to look at when it has met end of file:
 * only then the last writer has closed the pipe. */
enum seal seal_read(int fd);

/* Whether the stages above this input are to be looked at (base/pipeline.h): it
 * is an anonymous pipe, and MEMPIPE_SEAL is neither 0 nor "direct". */
bool seal_looks_through(int fd);

/* Whether fd is an anonymous pipe that no writer of ours has marked; false
 * where seal_read gives SEAL_UNKNOWN because there can be no seal. */
bool seal_missing(int fd);

#endif
