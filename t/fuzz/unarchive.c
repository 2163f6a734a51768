/*
 * unarchive, fed with anything, as a pipe and as a file: it must end, within its
 * limits, and without touching memory that is not its own; and what a pipe gives
 * without an error a file must give, too.  The first byte says how long the
 * pieces are in which the pipe brings the rest.
 */
#define _GNU_SOURCE	/* memfd_create */
#include "archive/verifier.h"
#include "archive/unarchive.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint64_t most = 4 << 20;	/* bytes of data */

struct feed {
	const uint8_t *data;
	size_t len, piece;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* A few bytes can ask for a dictionary of 4 GiB, and get none where -m rules. */
const char *
__asan_default_options(void)
{
	return "max_allocation_size_mb=512:allocator_may_return_null=1";
}

static ssize_t
feed_some(void *arg, void *buf, size_t len, struct err *e)
{
	struct feed *f = arg;
	size_t n = f->len < f->piece ? f->len : f->piece;

	(void)e;
	n = n < len ? n : len;
	memcpy(buf, f->data, n);
	f->data += n;
	f->len -= n;
	return (ssize_t)n;
}

/* A file with just that in it. */
static int
file_of(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("archive", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
	    pwrite(fd, data, size, 0) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

/* All of it: was it read without an error? */
static bool
read_way(const uint8_t *data, size_t size, size_t piece, int fd,
    struct contents *t)
{
	struct feed f = { data, size, piece };
	const struct unarchive_options o = { .read = feed_some, .from = &f,
	    .seek_fd = fd, .passphrase = "p", .max_size = most,
	    .kind = UNARCHIVE_ANY };
	struct err e = ERR_NONE;
	struct unarchive *u = unarchive_open(&o, &e);
	bool good = u != NULL && contents_read(t, u, &e) == 0;

	unarchive_close(u);
	/* Contents that were completed is within the limit. */
	if (good ? t->bytes > most : e.code == 0)
		abort();
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct contents pipe = { 0 }, file = { 0 };
	size_t piece;
	bool good;

	if (size == 0)
		return 0;
	piece = *data < 128 ? (size_t)*data + 1 : size;
	good = read_way(data + 1, size - 1, piece, -1, &pipe);
	if (good != read_way(data + 1, size - 1, size,
	    file_of(data + 1, size - 1), &file) ? good :
	    good && !contents_same(&pipe, &file))
		abort();
	return 0;
}
