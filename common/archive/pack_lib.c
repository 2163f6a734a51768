/*
 * pack_lib: archives by libarchive's writer (archive_write(3)).
 *
 * Its habits that matter here: it pads the last block unless told not to; it
 * completes an archive on free unless that has been failed before.
 *
 * Its filters for gzip, xz and zstd are not used: they have no threads that would
 * keep to -m, and crash when one allocation fails while they are set up.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"
#include "base/window.h"
#include "archive/pack_format.h"

enum {
	CHUNK = 256 * 1024,	/* bytes read and written at once, see
				 * archive_input.c */
	HEADROOM = 1 << 20	/* bytes: libarchive crashes where it cannot have
				 * the little that it takes for a header */
};

struct pack_lib_sum {
	uint64_t size;
	uint32_t crc;
};

struct pack_lib {
	struct pack *pack;
	struct archive *a;
	struct archive_entry *entry;
	struct compress *compress;	/* of what libarchive writes; NULL */
	struct window hold;		/* an entry whose size tar has to know */
	unsigned char *buf;
	struct pack_lib_sum sum;		/* of the entry so far */
	struct err failed;		/* of the output, if has_failed */
	bool has_failed, finished, is_open;
};

/* Opening is put off to the first write, when the verifier is there. */
static la_ssize_t
on_write(struct archive *a, void *arg, const void *buf, size_t len)
{
	struct pack_lib *l = arg;
	int rc = l->compress != NULL ?
	    compress_push(l->compress, buf, len, &l->failed) :
	    verifier_write(&l->pack->verifier, buf, len, &l->failed);

	if (rc == 0)
		return (la_ssize_t)len;
	l->has_failed = true;
	archive_set_error(a, EIO, "write error");
	return -1;
}

static int
fail(struct pack_lib *l, struct err *e)
{
	const char *why = archive_error_string(l->a);

	if (l->has_failed) {
		*e = l->failed;
		return -1;
	}
	return err_set(e, EXIT_INTERNAL, "cannot write the archive: %s",
	    why != NULL ? why : "unknown error");
}

static void
pack_lib_close(void *state)
{
	struct pack_lib *l = state;

	if (l->a != NULL) {
		if (!l->finished)
			archive_write_fail(l->a);	/* no end for it */
		archive_write_free(l->a);
	}
	archive_entry_free(l->entry);
	compress_free(l->compress);
	window_free(&l->hold);
	free(l->buf);
	free(l);
}

/* 0 when it was taken. */
static int
set_level(struct pack_lib *l, const char *filter, int level)
{
	const char text[] = { (char)('0' + (level > 0 ? level : 1)), '\0' };

	return level == PACK_DEFAULT ? ARCHIVE_OK :
	    archive_write_set_filter_option(l->a, filter, "compression-level",
	    text);
}

static int
set_up(struct pack_lib *l, const struct pack_options *o)
{
	const char *filter = o->format->filter;

	if ((o->format->tar ? archive_write_set_format_pax_restricted(l->a) :
	    archive_write_set_format_raw(l->a)) != ARCHIVE_OK)
		return -1;
	if (filter != NULL && (archive_write_add_filter_by_name(l->a,
	    filter) != ARCHIVE_OK ||
	    set_level(l, filter, o->level) != ARCHIVE_OK))
		return -1;
	return archive_write_set_bytes_per_block(l->a, CHUNK) ||
	    archive_write_set_bytes_in_last_block(l->a, 1);
}

static int
write_out(void *arg, const void *buf, size_t len, struct err *e)
{
	return verifier_write(&((struct pack *)arg)->verifier, buf, len, e);
}

static void *
pack_lib_open(struct pack *p, struct err *e)
{
	struct pack_lib *l = limit_leaves(HEADROOM) ? calloc(1, sizeof *l) :
	    NULL;

	if (l != NULL) {
		l->pack = p;
		l->a = archive_write_new();
		l->entry = archive_entry_new();
		l->buf = malloc(CHUNK);
	}
	if (l == NULL || l->a == NULL || l->entry == NULL || l->buf == NULL ||
	    (p->o->format->tar && window_init(&l->hold,
	    p->o->budget.window) != 0)) {
		err_memory(e);
	} else if (set_up(l, p->o) != ARCHIVE_OK) {
		fail(l, e);
		/* A filter that had no memory is gone, and libarchive still
		 * points to it: it must not be freed. */
		l->a = NULL;
	} else if (p->o->format->compress == COMPRESS_NONE ||
	    (l->compress = compress_new(p->o->format->compress, p->o->level,
	    &p->o->budget, write_out, p, e)) != NULL) {
		return l;
	}
	if (l != NULL)
		pack_lib_close(l);
	return NULL;
}

/* Reads an entry of unknown size into the window. */
static int
hold_entry(struct pack_lib *l, const struct pack_entry *en, struct err *e)
{
	ssize_t n;

	window_rewind(&l->hold);
	while ((n = en->read(en->from, l->buf, CHUNK, e)) > 0) {
		if (window_write(&l->hold, l->buf, (size_t)n) == 0)
			continue;
		if (errno == ENOSPC)
			return err_set(e, EXIT_DATA, "'%s' is larger than %zu "
			    "bytes, and tar needs its size first: raise -m",
			    en->name, window_limit(&l->hold));
		return err_sys(e, EXIT_INTERNAL, errno, "cannot hold '%s'",
		    en->name);
	}
	return n < 0 ? -1 : 0;
}

static int
write_header(struct pack_lib *l, const struct pack_entry *en, int64_t size,
    struct err *e)
{
	struct archive_entry *entry = archive_entry_clear(l->entry);

	if (!limit_leaves(HEADROOM))
		return err_memory(e);
	archive_entry_set_pathname_utf8(entry, en->name);
	archive_entry_set_mode(entry, (__LA_MODE_T)en->mode);
	archive_entry_set_mtime(entry, (time_t)en->mtime, 0);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	if (size >= 0)
		archive_entry_set_size(entry, size);
	return archive_write_header(l->a, entry) == ARCHIVE_OK ? 0 :
	    fail(l, e);
}

/* A piece of an entry of that size, if it is not negative.  What goes past it
 * libarchive would drop; it takes less than it should without memory, too. */
static int
write_data(struct pack_lib *l, const void *data, size_t len, int64_t size,
    struct err *e)
{
	struct pack_lib_sum *sum = &l->sum;
	la_ssize_t n;

	sum->crc = crc32_gzip_refl(sum->crc, data, len);
	sum->size += len;
	if (size >= 0 && sum->size > (uint64_t)size)
		return err_set(e, EXIT_IO, "the file grew while it was read");
	n = archive_write_data(l->a, data, len);
	if (n < 0)
		return fail(l, e);
	return (size_t)n == len ? 0 : err_memory(e);
}

static int
open_output(struct pack_lib *l, struct err *e)
{
	if (l->is_open)
		return 0;
	l->is_open = true;
	return archive_write_open(l->a, l, NULL, on_write, NULL) ==
	    ARCHIVE_OK ? 0 : fail(l, e);
}

/* An entry that stands in the window as a whole. */
static int
add_held(struct pack_lib *l, const struct pack_entry *en, struct err *e)
{
	size_t size;

	if (hold_entry(l, en, e) != 0)
		return -1;
	size = window_size(&l->hold);
	if (write_header(l, en, (int64_t)size, e) != 0)
		return -1;
	return size == 0 ? 0 : write_data(l, window_bytes(&l->hold), size,
	    (int64_t)size, e);
}

/* An entry from its source. */
static int
add_stream(struct pack_lib *l, const struct pack_entry *en, int64_t size,
    struct err *e)
{
	ssize_t n;

	if (write_header(l, en, size, e) != 0)
		return -1;
	while ((n = en->read(en->from, l->buf, CHUNK, e)) > 0)
		if (write_data(l, l->buf, (size_t)n, size, e) != 0)
			return -1;
	if (n == 0 && size >= 0 && l->sum.size != (uint64_t)size)
		return err_set(e, EXIT_IO, "'%s' shrank while it was read",
		    en->name);
	return (int)n;
}

static int
pack_lib_add(struct pack *p, const struct pack_entry *en, struct err *e)
{
	struct pack_lib *l = p->state;
	bool tar = p->o->format->tar;
	const char *name = p->o->format->many ? en->name : "data";

	l->sum = (struct pack_lib_sum){ 0 };
	if (open_output(l, e) != 0)
		return -1;
	if (tar && en->size < 0 ? add_held(l, en, e) != 0 :
	    add_stream(l, en, tar ? en->size : -1, e) != 0)
		return -1;
	if (archive_write_finish_entry(l->a) != ARCHIVE_OK)
		return fail(l, e);
	contents_add(&p->contents, name, strlen(name), l->sum.size, l->sum.crc);
	return 0;
}

/* libarchive's lz4 filter crashes when it has got no data at all; this is the
 * frame that lz4(1) writes then. */
static int
finish_empty_lz4(struct pack_lib *l, struct err *e)
{
	static const unsigned char frame[] = { 0x04, 0x22, 0x4d, 0x18, 0x64,
	    0x40, 0xa7, 0, 0, 0, 0, 0x05, 0x5d, 0xcc, 0x02 };

	return verifier_write(&l->pack->verifier, frame, sizeof frame, e);
}

static int
pack_lib_finish(struct pack *p, struct err *e)
{
	struct pack_lib *l = p->state;

	if (open_output(l, e) != 0)
		return -1;
	if (p->contents.bytes == 0 && !p->o->format->tar &&
	    p->o->format->filter != NULL &&
	    strcmp(p->o->format->filter, "lz4") == 0)
		return finish_empty_lz4(l, e);
	l->finished = true;
	if (archive_write_close(l->a) != ARCHIVE_OK)
		return fail(l, e);
	return l->compress == NULL ? 0 : compress_end(l->compress, e);
}

const struct packer_ops pack_lib_ops = { pack_lib_open, pack_lib_add,
	pack_lib_finish, pack_lib_close };
