/* packzip: our own zip, deflated by the pool. */
#include <stdlib.h>

#include "formats/deflate.h"
#include "formats/packer.h"
#include "formats/unarchive.h"
#include "formats/zipwriter.h"

enum { LEVEL = 6 };

struct packzip {
	struct zipwriter writer;
	struct deflate *deflate;
};

static void
packzip_close(void *state)
{
	struct packzip *z = state;

	deflate_free(z->deflate);
	zipwriter_free(&z->writer);
	free(z);
}

static void *
packzip_open(struct pack *p, struct err *e)
{
	const struct zipbudget *b = &p->o->budget;
	int level = p->o->level == PACK_DEFAULT ? LEVEL : p->o->level;
	struct packzip *z = calloc(1, sizeof *z);

	if (z == NULL) {
		err_set(e, EXIT_INTERNAL, "out of memory");
		return NULL;
	}
	if (zipwriter_init(&z->writer, &p->tee, b->window, b->directory,
	    e) != 0 || (z->deflate = deflate_new(level, b->threads, b->depth,
	    e)) == NULL) {
		packzip_close(z);
		return NULL;
	}
	return z;
}

static int
packzip_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	struct packzip *z = p->state;
	struct deflate_ends ends = { en->read, en->from, zipwriter_data,
	    &z->writer };
	struct deflate_sum sum;

	if (zipwriter_begin(&z->writer, en->name, en->mtime, en->mode, e) != 0 ||
	    deflate_stream(z->deflate, &ends, &sum, e) != 0 ||
	    zipwriter_end(&z->writer, sum.in, sum.out, sum.crc, e) != 0)
		return -1;
	p->tally = z->writer.tally;
	return 0;
}

/* What the window still holds as a whole is read back before it is written. */
static int
packzip_finish(struct pack *p, struct err *e)
{
	struct zipwriter *w = &((struct packzip *)p->state)->writer;

	if (zipwriter_finish(w, p->o->comment, e) != 0)
		return -1;
	if (w->whole && !p->o->verify &&
	    unarchive_verify(window_bytes(&w->head), window_size(&w->head),
	    &p->tally, e) != 0)
		return -1;
	return zipwriter_flush(w, e);
}

const struct packer_ops packzip_ops = { packzip_open, packzip_add,
	packzip_finish, packzip_close };
