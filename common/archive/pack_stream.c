/* pack_stream: one entry's data, compressed (compress.h), and no name. */
#include <string.h>

#include "archive/compress.h"
#include "archive/pack_format.h"

static int
write_out(void *arg, const void *buf, size_t len, struct err *e)
{
	return verifier_write(&((struct pack *)arg)->verifier, buf, len, e);
}

static void *
pack_stream_open(struct pack *p, struct err *e)
{
	return compress_new(p->o->format->compress, p->o->level, &p->o->budget,
	    write_out, p, e);
}

static int
pack_stream_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	struct deflate_sum sum;

	if (compress_stream(p->state, en->read, en->from, &sum, e) != 0)
		return -1;
	contents_add(&p->contents, "data", strlen("data"), sum.in, sum.crc);
	return 0;
}

static int
pack_stream_finish(struct pack *p, struct err *e)
{
	(void)p;
	(void)e;
	return 0;
}

static void
pack_stream_close(void *state)
{
	compress_free(state);
}

const struct packer_ops pack_stream_ops = { pack_stream_open, pack_stream_add,
	pack_stream_finish, pack_stream_close };
