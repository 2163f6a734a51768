/* packgzip: one gzip member (RFC 1952), deflated by the pool. */
#include <stdlib.h>
#include <string.h>

#include "formats/deflate.h"
#include "formats/packer.h"

enum { LEVEL = 6 };

static void
packgzip_close(void *state)
{
	deflate_free(state);
}

static void *
packgzip_open(struct pack *p, struct err *e)
{
	return deflate_new(p->o->level == PACK_DEFAULT ? LEVEL : p->o->level,
	    p->o->budget.threads, p->o->budget.depth, e);
}

static int
packgzip_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	/* deflate; no flags, no time; Unix */
	static const unsigned char header[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0,
		0, 0, 3 };
	struct deflate_ends ends = { en->read, en->from, tee_write, &p->tee };
	struct deflate_sum sum;
	unsigned char trailer[8];

	if (tee_write(&p->tee, header, sizeof header, e) != 0 ||
	    deflate_stream(p->state, &ends, &sum, e) != 0)
		return -1;
	tally_add(&p->tally, "data", strlen("data"), sum.in, sum.crc);
	for (int i = 0; i < 4; i++) {
		trailer[i] = (unsigned char)(sum.crc >> 8 * i);
		trailer[4 + i] = (unsigned char)(sum.in >> 8 * i);
	}
	return tee_write(&p->tee, trailer, sizeof trailer, e);
}

static int
packgzip_finish(struct pack *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

const struct packer_ops packgzip_ops = { packgzip_open, packgzip_add,
	packgzip_finish, packgzip_close };
