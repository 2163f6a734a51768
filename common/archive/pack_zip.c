/*
 * pack_zip: our own zip, deflated by the pool.
 *
 * Entries are written some time after they were read, in the same order; what
 * their headers need waits in a ring.  Each has at least one block in the
 * engine, so there are never more of them than blocks.
 */
#include <stdlib.h>
#include <string.h>

#include "deflate/deflate.h"
#include "archive/pack_format.h"
#include "archive/zipwriter.h"

enum { NAME_SIZE = ZIP_NAME_MAX + 1 };	/* bytes of a place for a name */

struct pack_zip;

struct waiting {
	struct pack_zip *zip;
	char *name;
	int64_t mtime;
	uint32_t mode;
	bool begun;
};

struct pack_zip {
	struct zipwriter writer;
	struct deflate *deflate;
	struct waiting *ring;
	char *names;		/* room for one in each place */
	unsigned size, next;
};

static void
pack_zip_close(void *state)
{
	struct pack_zip *z = state;

	deflate_free(z->deflate);
	zipwriter_free(&z->writer);
	free(z->ring);
	free(z->names);
	free(z);
}

static void *
pack_zip_open(struct pack *p, struct err *e)
{
	const struct zipbudget *b = &p->o->budget;
	struct pack_zip *z = calloc(1, sizeof *z);

	if (z == NULL) {
		err_memory(e);
		return NULL;
	}
	z->size = b->depth + 1;		/* and the one being read */
	z->ring = calloc(z->size, sizeof *z->ring);
	z->names = malloc((size_t)z->size * NAME_SIZE);
	if (z->ring == NULL || z->names == NULL) {
		err_memory(e);
		pack_zip_close(z);
		return NULL;
	}
	if (zipwriter_init(&z->writer, &p->verifier, b->window, b->directory,
	    p->o->passphrase, e) != 0 || (z->deflate = deflate_new(p->o->level, b->threads,
	    b->depth, e)) == NULL) {
		pack_zip_close(z);
		return NULL;
	}
	deflate_check(z->deflate, true);
	return z;
}

static int
write_piece(void *arg, const void *buf, size_t len, struct err *e)
{
	struct waiting *en = arg;
	struct pack_zip *z = en->zip;
	int rc;

	if (!en->begun && zipwriter_begin(&z->writer, en->name, en->mtime,
	    en->mode, e) != 0)
		return -1;
	en->begun = true;
	rc = zipwriter_data(&z->writer, buf, len, e);
	deflate_check(z->deflate, z->writer.whole);
	return rc;
}

static int
end_entry(void *arg, const struct deflate_sum *sum, struct err *e)
{
	struct waiting *en = arg;

	return zipwriter_end(&en->zip->writer, sum->in, sum->out, sum->crc, e);
}

/* What will be written later goes into the next place of the ring. */
static int
pack_zip_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	struct pack_zip *z = p->state;
	struct waiting *w = &z->ring[z->next];
	const struct deflate_ends ends = { en->read, en->from, write_piece,
	    end_entry, w };
	size_t len = strlen(en->name);

	if (len > ZIP_NAME_MAX)
		return err_set(e, EXIT_DATA, "name of an entry is too long");
	w->zip = z;
	w->name = z->names + (size_t)z->next * NAME_SIZE;
	memcpy(w->name, en->name, len + 1);
	w->mtime = en->mtime;
	w->mode = en->mode;
	w->begun = false;
	z->next = (z->next + 1) % z->size;
	return deflate_stream(z->deflate, &ends, e);
}

/* Of what the window still holds as a whole, headers and directory are read back
 * before it is written; the workers have checked the data.  Encrypted data are
 * read, too. */
static int
pack_zip_finish(struct pack *p, struct err *e)
{
	struct zipwriter *w = &((struct pack_zip *)p->state)->writer;

	if (deflate_drain(((struct pack_zip *)p->state)->deflate, e) != 0 ||
	    zipwriter_finish(w, p->o->comment, e) != 0)
		return -1;
	p->contents = w->contents;
	if (w->whole && !p->o->verify &&
	    contents_verify(w->head.bytes, w->head.size, p->o->passphrase,
	    &p->contents, e) != 0)
		return -1;
	return zipwriter_flush(w, e);
}

const struct packer_ops pack_zip_ops = { pack_zip_open, pack_zip_add,
	pack_zip_finish, pack_zip_close };
