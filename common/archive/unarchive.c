/*
 * unarchive: which reader an archive takes, and what comes out counted.
 *
 * zip is read by unzip.h, the rest by libarchive.  What libarchive does not know
 * either may be a zip archive with something before it.
 */
#include "archive/unarchive.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "archive/decompress.h"
#include "archive/libcheck.h"
#include "archive/libreader.h"
#include "archive/unarchive_state.h"

enum {
	RATIO_FROM = 1 << 20
};

static la_ssize_t
on_read(struct archive *a, void *arg, const void **block)
{
	struct unarchive *u = arg;
	ssize_t n = archive_input_next(&u->input, block, &u->failed);

	if (n < 0) {
		u->has_failed = true;
		archive_set_error(a, EIO, "read error");
	}
	return n;
}

/* What went wrong, of read or of libarchive. */
int
unarchive_fail(struct unarchive *u, const char *what, struct err *e)
{
	if (u->has_failed) {
		*e = u->failed;
		return -1;
	}
	if (u->stream && archive_format(u->a) == ARCHIVE_FORMAT_7ZIP)
		return err_set(e, EXIT_DATA, "%s: 7z needs a file that can be "
		    "sought in", what);
	return libreader_error(u->a, what, e);
}

/* Formats by name.  No filters: archive_input has undone the compression. */
static bool
support_archives(struct archive *a, const struct unarchive_options *o)
{
	return archive_read_support_format_tar(a) == ARCHIVE_OK &&
	    archive_read_set_format_option(a, "tar",
	    "read_concatenated_archives", "1") == ARCHIVE_OK &&
	    archive_read_support_format_cpio(a) == ARCHIVE_OK &&
	    archive_read_support_format_7zip(a) == ARCHIVE_OK &&
	    (o->names == NULL || archive_read_set_format_option(a, NULL,
	    "hdrcharset", o->names) == ARCHIVE_OK) &&
	    (o->passphrase == NULL || archive_read_add_passphrase(a,
	    o->passphrase) == ARCHIVE_OK);
}

static bool
support(struct archive *a, const struct unarchive_options *o)
{
	return (o->kind == UNARCHIVE_DATA || support_archives(a, o)) &&
	    (o->kind == UNARCHIVE_ARCHIVE ||
	    (archive_read_support_format_raw(a) == ARCHIVE_OK &&
	    archive_read_support_format_empty(a) == ARCHIVE_OK));
}

/* Allocates what does not depend on where the archive is. */
static struct unarchive *
prepare(const struct unarchive_options *o, struct err *e)
{
	struct unarchive *u = calloc(1, sizeof *u);

	if (u != NULL) {
		u->o = o;
		u->a = libreader_new();
		u->entry = archive_entry_new();
	}
	if (u == NULL || u->a == NULL || u->entry == NULL ||
	    !support(u->a, o)) {
		err_memory(e);
		unarchive_close(u);
		return NULL;
	}
	return u;
}

static int
open_stream(struct unarchive *u, struct err *e)
{
	const void *begin;
	size_t len;

	if (archive_input_open(&u->input, u->o->read, u->o->from, e) != 0)
		return -1;
	begin = archive_input_begin(&u->input, &len);
	if (u->o->kind != UNARCHIVE_DATA && unzip_matches(begin, len))
		return unarchive_open_zip(u, e);
	if (libreader_open(u->a, u, on_read, e) == 0)
		return 0;
	return u->has_failed ? unarchive_fail(u, "cannot read the archive", e) :
	    -1;
}

/* What seeking is of no use for is read as a stream: so it is the same from a
 * file and from a pipe. */
static bool
needs_no_file(const unsigned char *begin, size_t len)
{
	return decompress_find(begin, len) != NULL ||
	    (len == LIBCHECK_BLOCK && libcheck_is_tar(begin)) ||
	    (len >= 6 && (memcmp(begin, "07070", 5) == 0 ||
	    memcmp(begin, "\x71\xc7", 2) == 0 ||
	    memcmp(begin, "\xc7\x71", 2) == 0));
}

static int
open_any(struct unarchive *u, struct err *e)
{
	unsigned char begin[LIBCHECK_BLOCK];
	ssize_t n = 0;

	u->stream = !unarchive_find_file(u);
	if (!u->stream && (n = unarchive_read_file(u, 0, begin, sizeof begin,
	    e)) < 0)
		return -1;
	u->stream |= needs_no_file(begin, (size_t)n);
	if (u->stream)
		return open_stream(u, e);
	if (unzip_matches(begin, (size_t)n))
		return unarchive_open_zip(u, e);
	return unarchive_open_file(u, e);
}

struct unarchive *
unarchive_open(const struct unarchive_options *o, struct err *e)
{
	struct unarchive *u = prepare(o, e);

	if (u == NULL || open_any(u, e) == 0)
		return u;
	unarchive_close(u);
	return NULL;
}

void
unarchive_close(struct unarchive *u)
{
	if (u == NULL)
		return;
	unzip_close(u->zip);
	archive_read_free(u->a);
	archive_entry_free(u->entry);
	archive_input_close(&u->input);
	free(u->chunk);
	free(u);
}

/* After the last member: the input must end as it should. */
static int
finish(struct unarchive *u, struct err *e)
{
	const void *chunk;
	ssize_t n = 0;

	if (libcheck_end(u->a, &u->input, e) != 0)
		return -1;
	while (u->stream && (n = archive_input_next(&u->input, &chunk, e)) > 0)
		;
	return n < 0 ? -1 : 0;
}

/* Types that hold no data. */
static bool
is_special(unsigned type)
{
	return type == AE_IFCHR || type == AE_IFBLK || type == AE_IFIFO ||
	    type == AE_IFSOCK;
}

/*
 * A type that is not known is a file's, as POSIX has it for tar, and so is a
 * device or FIFO with data, which cpio can write: what is skipped holds none.
 * tar's hard links have no data, and no type.  cpio's have a file's, and newc
 * leaves the data to the last of them.
 */
static void
describe(struct archive_entry *entry, struct member *m)
{
	const char *name = archive_entry_pathname(entry);
	const char *link = archive_entry_hardlink(entry);
	unsigned type = archive_entry_filetype(entry);

	*m = (struct member){
	    .name = name != NULL ? name : "",
	    .size = archive_entry_size_is_set(entry) ?
	    archive_entry_size(entry) : -1,
	    .mtime = archive_entry_mtime_is_set(entry) ?
	    archive_entry_mtime(entry) : MEMBER_NO_TIME,
	    .mode = archive_entry_mode(entry),
	    .encrypted = archive_entry_is_data_encrypted(entry) > 0 };
	if (type == AE_IFREG && archive_entry_nlink(entry) > 1) {
		m->shared = true;
		m->device = (uint64_t)archive_entry_dev(entry);
		m->inode = (uint64_t)archive_entry_ino64(entry);
	}
	m->plain = type != AE_IFDIR && type != AE_IFLNK &&
	    !(is_special(type) && m->size <= 0) &&
	    !(type == 0 && link != NULL);
	if (!m->plain)
		m->link = link;
}

static bool
is_compressed(const struct unarchive *u)
{
	return archive_input_is_compressed(&u->input);
}

/* Compressed nothing is an empty member to us, but no member to libarchive. */
static int
next_of_nothing(struct unarchive *u, struct member *m, struct err *e)
{
	if (!is_compressed(u))
		return err_set(e, EXIT_DATA, "the input is empty: no archive");
	*m = (struct member){ .name = "data",
	    .mtime = MEMBER_NO_TIME, .plain = true };
	u->empty = true;
	return 1;
}

/* Data that begin with 512 zeros look like an empty tar archive. */
static bool
is_doubtful(const struct unarchive *u)
{
	return u->o->kind == UNARCHIVE_ANY && !u->any_member &&
	    is_compressed(u) && (archive_format(u->a) &
	    ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
}

static int
doubt(struct err *e)
{
	return err_set(e, EXIT_DATA, "the input is an empty tar archive, or "
	    "data that begins with zeros: decompress it with its own tool");
}

static int
next_of_lib(struct unarchive *u, struct member *m, struct err *e)
{
	int rc;

	if (u->empty)			/* libarchive is not asked again */
		return finish(u, e);
	rc = archive_read_next_header2(u->a, u->entry);
	if (u->has_failed)		/* to libarchive it may look empty */
		return unarchive_fail(u, "cannot read the archive", e);
	if (rc == ARCHIVE_EOF && is_doubtful(u))
		return doubt(e);
	if (rc == ARCHIVE_EOF && archive_format(u->a) == ARCHIVE_FORMAT_EMPTY)
		return next_of_nothing(u, m, e);
	if (rc == ARCHIVE_EOF)
		return finish(u, e);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
		unarchive_fail(u, "cannot read the archive", e);
		return e->code == EXIT_DATA && is_doubtful(u) ? doubt(e) : -1;
	}
	if (rc == ARCHIVE_WARN && libcheck_warning(u->a,
	    u->o->names != NULL, e) != 0)
		return -1;
	if (archive_format(u->a) == ARCHIVE_FORMAT_RAW && !is_compressed(u))
		return unarchive_next_unknown(u, m, e);
	describe(u->entry, m);
	u->stray_size = libcheck_stray_size(u->a, &u->input);
	if (u->stray_size)
		m->size = -1;
	return 1;
}

int
unarchive_next(struct unarchive *u, struct member *m, struct err *e)
{
	int rc = u->zip != NULL ? unarchive_next_zip(u, m, e) :
	    next_of_lib(u, m, e);

	if (rc <= 0)
		return rc;
	if (m->encrypted && u->o->passphrase == NULL)
		return err_set(e, EXIT_AUTH, "'%s' is encrypted: "
		    "give --passphrase-file", m->name);
	u->any_member = true;
	u->in_member = !u->empty;
	u->size = u->hole = 0;
	u->piece_len = u->late_len = 0;
	return 1;
}

uint64_t
unarchive_taken(const struct unarchive *u)
{
	return u->stream ? u->input.taken : u->zip != NULL ?
	    unzip_taken(u->zip) : (uint64_t)archive_filter_bytes(u->a, -1);
}

static int
check_limits(const struct unarchive *u, struct err *e)
{
	uint64_t raw = unarchive_taken(u);

	if (u->o->max_size != 0 && u->total > u->o->max_size)
		return err_set(e, EXIT_DATA, "the data is larger than "
		    "--max-size %llu", (unsigned long long)u->o->max_size);
	if (u->o->max_ratio != 0 && u->total > RATIO_FROM &&
	    u->total / u->o->max_ratio > raw)
		return err_set(e, EXIT_DATA, "%llu bytes make %llu, which is "
		    "more than --max-ratio %llu", (unsigned long long)raw,
		    (unsigned long long)u->total,
		    (unsigned long long)u->o->max_ratio);
	return 0;
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a <= UINT64_MAX - b ? a + b : UINT64_MAX;
}

/* Counts a piece that goes to the caller. */
static ssize_t
give(struct unarchive *u, const void *piece, size_t len, const void **block,
    struct err *e)
{
	*block = piece;
	u->size = sum(u->size, len);
	u->total = sum(u->total, len);
	return check_limits(u, e) != 0 ? -1 : (ssize_t)len;
}

/* A hole (sparse tar), then the piece after it. */
static ssize_t
give_hole(struct unarchive *u, const void **block, struct err *e)
{
	size_t n = u->hole < SSIZE_MAX ? (size_t)u->hole : SSIZE_MAX;

	if (n > 0) {
		u->hole -= n;
		u->holes = sum(u->holes, n);
		if (u->o->max_holes != 0 && u->holes > u->o->max_holes)
			return err_set(e, EXIT_DATA, "the holes of sparse "
			    "members are larger than %llu bytes: --max-size "
			    "allows more", (unsigned long long)u->o->max_holes);
		return give(u, NULL, n, block, e);
	}
	n = u->late_len;
	u->late_len = 0;
	return give(u, u->late, n, block, e);
}

/* libarchive's next piece, which is not empty, and where it belongs; 0 at the
 * end with the member's size as that place, or a code of libarchive. */
static int
next_piece(struct unarchive *u, const void **piece, size_t *len,
    uint64_t *place)
{
	la_int64_t offset = 0;
	int rc;

	do {
		*len = 0;
		rc = archive_read_data_block(u->a, piece, len, &offset);
		/* -1: not known */
		*place = offset < 0 ? u->size : (uint64_t)offset;
	} while (rc == ARCHIVE_OK && *len == 0 && *place <= u->size);
	if (rc == ARCHIVE_EOF && u->stray_size)
		*place = u->size;
	return rc;
}

static ssize_t
block_of_lib(struct unarchive *u, const void **block, struct err *e)
{
	const void *piece = NULL;
	uint64_t place;
	size_t len = 0;
	int rc;

	if (u->hole > 0 || u->late_len > 0)
		return give_hole(u, block, e);
	rc = next_piece(u, &piece, &len, &place);
	u->in_member = rc == ARCHIVE_OK;
	if (rc == ARCHIVE_EOF) {
		if (place <= u->size)
			return 0;
		len = 0;		/* a hole at the end */
	} else if (rc != ARCHIVE_OK) {
		return unarchive_fail(u, "cannot read the archive", e);
	}
	if (place < u->size)
		return err_set(e, EXIT_DATA, "the archive is damaged: data "
		    "for byte %llu after byte %llu", (unsigned long long)place,
		    (unsigned long long)u->size);
	if (place == u->size)
		return give(u, piece, len, block, e);
	u->hole = place - u->size;
	u->late = piece;
	u->late_len = len;
	return give_hole(u, block, e);
}

ssize_t
unarchive_block(struct unarchive *u, const void **block, struct err *e)
{
	ssize_t n;

	if (!u->in_member && u->hole == 0 && u->late_len == 0)
		return 0;
	if (u->zip == NULL)
		return block_of_lib(u, block, e);
	n = unzip_block(u->zip, block, e);
	u->in_member = n != 0;
	return n > 0 ? give(u, *block, (size_t)n, block, e) : n;
}

ssize_t
unarchive_read(void *arg, void *buf, size_t len, struct err *e)
{
	struct unarchive *u = arg;
	const void *block = NULL;
	ssize_t n;

	if (u->piece_len == 0) {
		if ((n = unarchive_block(u, &block, e)) <= 0)
			return n;
		u->piece = block;
		u->piece_len = (size_t)n;
	}
	len = len < u->piece_len ? len : u->piece_len;
	u->piece_len -= len;
	if (u->piece == NULL) {
		memset(buf, 0, len);
		return (ssize_t)len;
	}
	memcpy(buf, u->piece, len);
	u->piece += len;
	return (ssize_t)len;
}
