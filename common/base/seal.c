/* seal: states of an anonymous pipe, kept in its inode's permission bits. */
#define _GNU_SOURCE	/* fstatfs's struct and PIPEFS_MAGIC need no POSIX cut */
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Bits that give nobody anything, even where the pipe is reopened. */
static const mode_t modes[] = {
	[SEAL_UNKNOWN] = 0600, [SEAL_OPEN] = 0610, [SEAL_SEALED] = 0601,
	[SEAL_LEFT] = 01611, [SEAL_TEMPORARY] = 0711, [SEAL_BROKEN] = 0611
};

enum { BOTH = 0011 };		/* open and sealed: some kind of broken */

/* A named FIFO has the magic of the file system it stands in. */
static bool
anonymous_pipe(int fd)
{
	const char *off = getenv("MEMPIPE_SEAL");
	struct statfs fs;

	if (off != NULL && strcmp(off, "0") == 0)
		return false;
	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
}

enum seal
seal_read(int fd)
{
	enum seal seal = SEAL_UNKNOWN;
	struct stat st;

	if (!anonymous_pipe(fd) || fstat(fd, &st) != 0)
		return SEAL_UNKNOWN;
	while (seal < SEAL_BROKEN && modes[seal] != (st.st_mode & 07777))
		seal++;
	return seal < SEAL_BROKEN || (st.st_mode & BOTH) == BOTH ? seal :
	    SEAL_UNKNOWN;
}

bool
seal_looks_through(int fd)
{
	const char *scope = getenv("MEMPIPE_SEAL");

	return anonymous_pipe(fd) && (scope == NULL ||
	    strcmp(scope, "direct") != 0);
}

bool
seal_missing(int fd)
{
	return anonymous_pipe(fd) && seal_read(fd) == SEAL_UNKNOWN;
}

/*
 * Looks and marks in one step, for writers may start and end together: next is
 * the state for each that is found before the broken ones, which only get worse,
 * up to worst.  A record lock is the process's and goes with it at the latest;
 * where there is none to be had (a sandbox) it goes without.  A refused fchmod
 * (another user's pipe) leaves the state as it is, which the reader takes for
 * what it says.
 */
static void
mark(int fd, const enum seal next[SEAL_LEFT], enum seal worst)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	enum seal now, then;

	if (!anonymous_pipe(fd))
		return;
	while (fcntl(fd, F_SETLKW, &whole) != 0 && errno == EINTR)
		;
	now = seal_read(fd);
	then = now < SEAL_LEFT ? next[now] : worst > now ? worst : now;
	if (then != now && fchmod(fd, modes[then]) != 0)
		then = now;
	whole.l_type = F_UNLCK;
	fcntl(fd, F_SETLK, &whole);
}

void
seal_open(int fd)
{
	static const enum seal next[] = { [SEAL_UNKNOWN] = SEAL_OPEN,
		[SEAL_OPEN] = SEAL_BROKEN, [SEAL_SEALED] = SEAL_OPEN };

	mark(fd, next, SEAL_LEFT);
}

void
seal_finish(int fd)
{
	static const enum seal next[] = { [SEAL_UNKNOWN] = SEAL_UNKNOWN,
		[SEAL_OPEN] = SEAL_SEALED, [SEAL_SEALED] = SEAL_SEALED };

	mark(fd, next, SEAL_LEFT);
}

void
seal_break(int fd, enum seal how)
{
	const enum seal next[] = { how, how, how };

	mark(fd, next, how);
}

enum seal
seal_of_exit(enum exit_code code)
{
	switch (code) {
	case EXIT_TEMP:
		return SEAL_TEMPORARY;
	case EXIT_PIPE:
		return SEAL_LEFT;
	default:
		return SEAL_BROKEN;
	}
}
