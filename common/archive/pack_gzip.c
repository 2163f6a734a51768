/* pack_gzip: one gzip member (RFC 1952), deflated by the pool. */
#include <stdlib.h>
#include <string.h>

#include "deflate/deflate.h"
#include "deflate/gzip.h"
#include "archive/pack_format.h"

static void
pack_gzip_close(void *state)
{
	deflate_free(state);
}

static void *
pack_gzip_open(struct pack *p, struct err *e)
{
	return deflate_new(p->o->level, p->o->budget.threads,
	    p->o->budget.depth, e);
}

static int
end_member(void *arg, const struct deflate_sum *sum, struct err *e)
{
	struct pack *p = arg;
	unsigned char trailer[GZIP_TRAILER];

	contents_add(&p->contents, "data", strlen("data"), sum->in, sum->crc);
	gzip_trailer(trailer, sum->crc, sum->in);
	return verifier_write(&p->verifier, trailer, sizeof trailer, e);
}

static int
write_piece(void *arg, const void *buf, size_t len, struct err *e)
{
	return verifier_write(&((struct pack *)arg)->verifier, buf, len, e);
}

static int
pack_gzip_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	const struct deflate_ends ends = { en->read, en->from, write_piece,
	    end_member, p };

	if (verifier_write(&p->verifier, gzip_header, sizeof gzip_header,
	    e) != 0 ||
	    deflate_stream(p->state, &ends, e) != 0)
		return -1;
	return deflate_drain(p->state, e);
}

static int
pack_gzip_finish(struct pack *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

const struct packer_ops pack_gzip_ops = { pack_gzip_open, pack_gzip_add,
	pack_gzip_finish, pack_gzip_close };
