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

enum {
	MODE_UNKNOWN = 0600,
	MODE_OPEN = 0610,
	MODE_SEALED = 0601,
	MODE_BROKEN = 0611
};

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
	struct stat st;

	if (!anonymous_pipe(fd) || fstat(fd, &st) != 0)
		return SEAL_UNKNOWN;
	switch (st.st_mode & 07777) {
	case MODE_OPEN:
		return SEAL_OPEN;
	case MODE_SEALED:
		return SEAL_SEALED;
	case MODE_BROKEN:
		return SEAL_BROKEN;
	default:
		return SEAL_UNKNOWN;
	}
}

bool
seal_missing(int fd)
{
	return anonymous_pipe(fd) && seal_read(fd) == SEAL_UNKNOWN;
}

/*
 * Looks and marks in one step, for writers may start and end together: next is
 * the mode for each state that was found, 0 to leave it.  A record lock is the
 * process's and goes with it at the latest; where there is none to be had (a
 * sandbox) it goes without.  A refused fchmod (another user's pipe) leaves the
 * state as it is, which the reader takes for what it says.
 */
static void
mark(int fd, const mode_t next[])
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	mode_t mode;

	if (!anonymous_pipe(fd))
		return;
	while (fcntl(fd, F_SETLKW, &whole) != 0 && errno == EINTR)
		;
	mode = next[seal_read(fd)];
	if (mode != 0 && fchmod(fd, mode) != 0)
		mode = 0;
	whole.l_type = F_UNLCK;
	fcntl(fd, F_SETLK, &whole);
}

void
seal_open(int fd)
{
	static const mode_t next[] = { [SEAL_UNKNOWN] = MODE_OPEN,
		[SEAL_SEALED] = MODE_OPEN, [SEAL_OPEN] = MODE_BROKEN,
		[SEAL_BROKEN] = 0 };

	mark(fd, next);
}

void
seal_finish(int fd)
{
	static const mode_t next[] = { [SEAL_OPEN] = MODE_SEALED,
		[SEAL_BROKEN] = 0 };

	mark(fd, next);
}

void
seal_break(int fd)
{
	static const mode_t next[] = { [SEAL_UNKNOWN] = MODE_BROKEN,
		[SEAL_SEALED] = MODE_BROKEN, [SEAL_OPEN] = MODE_BROKEN,
		[SEAL_BROKEN] = 0 };

	mark(fd, next);
}
