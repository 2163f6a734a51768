/*
 * unarchive, fed with anything: it must end, within its limits, and without
 * touching memory that is not its own.  The first byte says how long the
 * pieces are in which the rest comes.
 */
#include "archive/tally.h"
#include "archive/unarchive.h"

#include <string.h>

struct feed {
	const uint8_t *data;
	size_t len, piece;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint64_t most = 4 << 20;
	struct tally t = { 0 };
	struct unarchive *u;
	struct feed f;
	struct err e = ERR_NONE;

	if (size == 0)
		return 0;
	f = (struct feed){ data + 1, size - 1,
	    data[0] < 128 ? (size_t)data[0] + 1 : size };
	struct unarchive_options o = { .read = feed_some, .from = &f,
	    .seek_fd = -1, .passphrase = "p", .max_size = most,
	    .kind = UNARCHIVE_ANY };
	u = unarchive_open(&o, &e);
	/* A tally that was completed is within the limit. */
	if (u != NULL && tally_read(&t, u, &e) == 0 && t.bytes > most)
		__builtin_trap();
	unarchive_close(u);
	return 0;
}
