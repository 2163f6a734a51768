/* seal: states of an anonymous pipe, kept in its inode's permission bits. */
#define _GNU_SOURCE	/* fstatfs's struct and PIPEFS_MAGIC need no POSIX cut */
#include "base/seal.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

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

/* A refusal (another user's pipe, a sandbox) leaves the state as it is, which
 * the reader takes for what it says. */
static void
mark(int fd, mode_t mode)
{
	if (anonymous_pipe(fd) && fchmod(fd, mode) != 0)
		return;
}

void
seal_open(int fd)
{
	switch (seal_read(fd)) {
	case SEAL_OPEN:
		mark(fd, MODE_BROKEN);
		break;
	case SEAL_BROKEN:
		break;
	case SEAL_UNKNOWN:
	case SEAL_SEALED:
		mark(fd, MODE_OPEN);
		break;
	}
}

void
seal_finish(int fd)
{
	if (seal_read(fd) == SEAL_OPEN)
		mark(fd, MODE_SEALED);
}

void
seal_break(int fd)
{
	if (anonymous_pipe(fd))
		mark(fd, MODE_BROKEN);
}
