/*
 * An archive in a file that can be sought in, for unzip and for libarchive.
 *
 * libarchive would read a descriptor itself, and take a read or a seek that
 * fails for damage to the archive.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/libreader.h"
#include "archive/unarchive_state.h"

enum { CHUNK = 256 * 1024 };	/* bytes read at once, see archive_input.c */

bool
unarchive_find_file(struct unarchive *u)
{
	struct stat st;

	u->start = u->o->seek_fd >= 0 ? lseek(u->o->seek_fd, 0, SEEK_CUR) : -1;
	if (u->start < 0 || fstat(u->o->seek_fd, &st) != 0)
		return false;
	if (st.st_size > u->start)
		u->file_size = (uint64_t)(st.st_size - u->start);
	return true;
}

ssize_t
unarchive_read_file(void *arg, uint64_t at, void *buf, size_t len,
    struct err *e)
{
	struct unarchive *u = arg;
	ssize_t n;

	/* Not by its size: one in /proc has none. */
	if (at > (uint64_t)(INT64_MAX - u->start))
		return 0;
	do
		n = pread(u->o->seek_fd, buf, len, u->start + (off_t)at);
	while (n < 0 && errno == EINTR);
	return n >= 0 ? n : err_sys(e, EXIT_IO, errno,
	    "cannot read the archive");
}

static la_ssize_t
on_read(struct archive *a, void *arg, const void **block)
{
	struct unarchive *u = arg;
	ssize_t n = unarchive_read_file(u, u->at, u->chunk, CHUNK, &u->failed);

	*block = u->chunk;
	if (n < 0) {
		u->has_failed = true;
		archive_set_error(a, EIO, "read error");
	} else {
		u->at += (uint64_t)n;
	}
	return n;
}

static la_int64_t
on_seek(struct archive *a, void *arg, la_int64_t offset, int whence)
{
	struct unarchive *u = arg;
	la_int64_t size = (la_int64_t)u->file_size, from;

	(void)a;
	from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ?
	    (la_int64_t)u->at : size;
	if (offset < -from || offset > size - from)
		return ARCHIVE_FATAL;
	u->at = (uint64_t)(from + offset);
	return (la_int64_t)u->at;
}

int
unarchive_open_file(struct unarchive *u, struct err *e)
{
	u->chunk = malloc(CHUNK);
	if (u->chunk == NULL)
		return err_memory(e);
	if (archive_read_set_seek_callback(u->a, on_seek) != ARCHIVE_OK)
		return unarchive_fail(u, "cannot read the archive", e);
	if (libreader_open(u->a, u, on_read, e) == 0)
		return 0;
	return u->has_failed ? unarchive_fail(u, "cannot read the archive", e) :
	    -1;
}
