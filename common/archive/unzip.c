/*
 * unzip: members in the order of their places, and the directory against them.
 *
 * In a pipe nothing says where the next record begins but its signature, so
 * what stands before one is passed over.  That is safe: a header that was found
 * where there is none, or passed over where there is one, is no longer what the
 * directory lists.
 */
#include "archive/unzip.h"

#include <stdlib.h>
#include <string.h>

#include "archive/charset.h"
#include "archive/zip.h"
#include "archive/zipdata.h"
#include "archive/zipindex.h"
#include "archive/ziplist.h"
#include "archive/ziprecord.h"

enum {
	RAW_ROOM = 65535 + 1,	/* bytes of the longest name, and a zero */
	METHOD_MAX = 99		/* the highest number of APPNOTE 4.4.5 */
};

enum signature { NONE, LOCAL, CENTRAL, END };

struct unzip {
	const struct unzip_options *o;
	struct supply in;
	struct zipdata data;
	struct charset *charset;	/* NULL: none */
	char *name;			/* the member's, for the caller */
	char *raw;			/* as it is hashed */
	struct zip_record r;		/* its local header, name in raw */
	bool in_member, found;
	/* of a file */
	struct zipindex index;
	uint64_t next;			/* entry */
	/* of a pipe */
	struct ziplist list;
	struct ziplist_sum passed, listed, listed_moved;
	uint64_t at, first;		/* this member, the first one */
	bool any, any_unicode, at_end;
};

bool
unzip_matches(const void *begin, size_t len)
{
	return len >= 4 && (memcmp(begin, "PK\3\4", 4) == 0 ||
	    memcmp(begin, "PK\5\6", 4) == 0 ||
	    memcmp(begin, "PK\6\6", 4) == 0 ||
	    (len >= 8 && (memcmp(begin, "PK\7\10PK\3\4", 8) == 0 ||
	    memcmp(begin, "PK00PK\3\4", 8) == 0)));
}

struct unzip *
unzip_open(const struct unzip_options *o, struct err *e)
{
	struct unzip *u = calloc(1, sizeof *u);

	if (u == NULL) {
		err_memory(e);
		return NULL;
	}
	u->o = o;
	u->raw = malloc(RAW_ROOM);
	if (u->raw == NULL)
		err_memory(e);
	else if ((o->names == NULL ||
	    (u->charset = charset_open(o->names, e)) != NULL) &&
	    supply_init(&u->in, o->read, o->from, e) == 0 &&
	    zipdata_init(&u->data, &u->in, e) == 0 &&
	    ziplist_init(&u->list, e) == 0)
		return u;
	unzip_close(u);
	return NULL;
}

void
unzip_close(struct unzip *u)
{
	if (u == NULL)
		return;
	zipdata_free(&u->data);
	supply_free(&u->in);
	zipindex_free(&u->index);
	charset_close(u->charset);
	free(u->name);
	free(u->raw);
	free(u);
}

bool
unzip_found(const struct unzip *u)
{
	return u->found || u->index.found;
}

uint64_t
unzip_taken(const struct unzip *u)
{
	return u->in.at;
}

static int
damaged(const struct unzip *u, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the zip archive is damaged at byte %llu: "
	    "%s", (unsigned long long)u->in.at, why);
}

static int
cut_off(const struct unzip *u, struct err *e)
{
	return err_set(e, EXIT_DATA, "the zip archive is cut off at byte %llu",
	    (unsigned long long)(u->in.at + (u->in.end - u->in.begin)));
}

/* A header that is there as a whole: its bytes, or NULL with e.  fixed: the size
 * of its fixed part. */
static const unsigned char *
want_header(struct unzip *u, size_t fixed,
    size_t (*size)(const unsigned char *), struct err *e)
{
	ssize_t n = supply_want(&u->in, fixed, e);

	if (n >= 0 && (size_t)n >= fixed) {
		fixed = size(supply_bytes(&u->in));
		n = supply_want(&u->in, fixed, e);
	}
	if (n < 0)
		return NULL;
	if ((size_t)n < fixed) {
		cut_off(u, e);
		return NULL;
	}
	return supply_bytes(&u->in);
}

/* Keeps the name of a record, whose bytes are still there, for the caller. */
static int
keep_name(struct unzip *u, const struct zip_record *r, struct err *e)
{
	const unsigned char *name = r->unicode != NULL ? r->unicode : r->name;
	size_t len = r->unicode != NULL ? r->unicode_len : r->name_len;

	if (memchr(name, '\0', len) != NULL)
		return damaged(u, "a name with a zero byte", e);
	free(u->name);
	if (u->charset != NULL && r->unicode == NULL &&
	    (r->flags & ZIP_UTF8) == 0) {
		u->name = charset_to_utf8(u->charset, (const char *)name, len,
		    e);
		return u->name != NULL ? 0 : -1;
	}
	u->name = malloc(len + 1);
	if (u->name == NULL)
		return err_memory(e);
	memcpy(u->name, name, len);
	u->name[len] = '\0';
	return 0;
}

/* Reads the local header where the supply stands, and passes it. */
static int
read_local(struct unzip *u, struct err *e)
{
	const unsigned char *p = want_header(u, ZIP_LOCAL_FIXED,
	    zip_local_size, e);

	if (p == NULL)
		return -1;
	if (memcmp(p, "PK\3\4", 4) != 0)
		return damaged(u, "there is no member where the directory "
		    "has one", e);
	if (zip_read_local(p, &u->r, e) != 0)
		return err_prefix(e, "the member at byte %llu",
		    (unsigned long long)u->in.at);
	if (keep_name(u, &u->r, e) != 0)
		return -1;
	memcpy(u->raw, u->r.name, u->r.name_len);
	u->r.name = (unsigned char *)u->raw;
	supply_pass(&u->in, u->r.size);
	return 0;
}

static void
describe(struct unzip *u, uint32_t mode, uint64_t size,
    struct unzip_member *m)
{
	const struct zip_record *r = &u->r;

	*m = (struct unzip_member){ .name = u->name,
	    .size = size <= INT64_MAX ? (int64_t)size : -1,
	    .has_time = r->has_time, .mtime = r->mtime, .plain = zip_is_plain(r),
	    .mode = mode != 0 ? mode : ZIP_MODE_FILE,
	    .encrypted = (r->flags & ZIP_ENCRYPTED) != 0 };
	u->in_member = u->found = true;
}

/* The next entry of the index. */
static int
next_listed(struct unzip *u, struct unzip_member *m, struct err *e)
{
	const struct zipindex_entry *en;
	const struct zip_directory *d = &u->index.directory;
	uint64_t end = u->next > 0 ? u->in.at : 0;

	if (!u->index.found && zipindex_load(&u->index, &u->in, u->o->size,
	    e) != 0)
		return -1;
	if (u->next == d->entries)
		return 0;
	en = &u->index.entries[u->next++];
	if (en->at < end)
		return err_set(e, EXIT_DATA, "two members of the zip archive "
		    "overlap at byte %llu", (unsigned long long)en->at);
	supply_seek(&u->in, en->at);
	if (read_local(u, e) != 0)
		return -1;
	if (zipindex_compare(en, &u->r, &u->in, e) != 0)
		return err_prefix(e, "member '%s'", u->name);
	if (u->in.at > d->start || en->sum.csize > d->start - u->in.at)
		return err_set(e, EXIT_DATA, "member '%s' reaches into the "
		    "directory", u->name);
	u->r.mode = en->mode;
	zipdata_begin(&u->data, &u->r, &en->sum, u->o->passphrase);
	describe(u, en->mode, en->sum.usize, m);
	m->crc = en->sum.crc;
	return 1;
}

static enum signature
signature_at(const unsigned char *p)
{
	if (memcmp(p, "PK", 2) != 0)
		return NONE;
	return memcmp(p + 2, "\3\4", 2) == 0 ? LOCAL :
	    memcmp(p + 2, "\1\2", 2) == 0 ? CENTRAL :
	    memcmp(p + 2, "\5\6", 2) == 0 ||
	    memcmp(p + 2, "\6\6", 2) == 0 ? END : NONE;
}

/* Of a local header that was looked for: can it be one? */
static bool
is_likely(const unsigned char *p)
{
	return p[8] <= METHOD_MAX && p[9] == 0 && (p[26] | p[27]) != 0;
}

/* Passes over what is before the next record; NONE: there is none. */
static enum signature
find_record(struct unzip *u, struct err *e, bool *failed)
{
	uint64_t begin = u->in.at;
	enum signature is;
	ssize_t n;

	*failed = false;
	while ((n = supply_want(&u->in, ZIP_LOCAL_FIXED, e)) >= 4) {
		const unsigned char *p = supply_bytes(&u->in), *next;

		is = signature_at(p);
		if (u->in.at == begin ? is != NONE : is == LOCAL ?
		    n >= ZIP_LOCAL_FIXED && is_likely(p) :
		    is != NONE && u->any)
			return is;
		next = memchr(p + 1, 'P', (size_t)n - 1);
		supply_pass(&u->in, next != NULL ? (size_t)(next - p) :
		    (size_t)n);
	}
	*failed = n < 0;
	return NONE;
}

/* The directory's entry where the supply stands. */
static int
read_listed(struct unzip *u, struct err *e)
{
	const unsigned char *p = want_header(u, ZIP_CENTRAL_FIXED,
	    zip_central_size, e);
	struct zipdata_sum sum;
	struct zip_record r;
	bool plain;

	if (p == NULL)
		return -1;
	if (zip_read_central(p, &r, e) != 0)
		return err_prefix(e, "the directory at byte %llu",
		    (unsigned long long)u->in.at);
	sum = (struct zipdata_sum){ r.crc, r.csize, r.usize };
	ziplist_add(&u->list, &u->listed, &r, &sum, r.offset >= u->first ?
	    r.offset - u->first : UINT64_MAX);
	ziplist_add(&u->list, &u->listed_moved, &r, &sum, r.offset);
	if (keep_name(u, &r, e) != 0)
		return -1;
	plain = zip_is_plain(&r);
	r.mode = 0;
	if (plain != zip_is_plain(&r) && (u->o->type_matters == NULL ||
	    u->any_unicode || u->o->type_matters(u->o->arg, u->name)))
		return err_set(e, EXIT_DATA, "'%s' is a symbolic link or "
		    "the like, which only the directory at the end tells: "
		    "read the archive from a file", u->name);
	supply_pass(&u->in, r.size);
	return 0;
}

/* What has passed must be what the directory lists, and that directory the one
 * of the archive's end. */
static int
check_list(struct unzip *u, const struct zip_directory *read, struct err *e)
{
	const unsigned char *tail;
	struct zip_directory d;
	ssize_t n = supply_drain(&u->in, &tail, e);

	if (n < 0 || zipend_find(tail, (size_t)n, u->in.at, &d, e) != 0)
		return -1;
	if (d.start == read->start && d.end == read->end &&
	    d.entries == read->entries && (d.entries == 0 ||
	    (d.base == 0 && ziplist_same(&u->passed, &u->listed)) ||
	    (d.base == u->first && ziplist_same(&u->passed,
	    &u->listed_moved))))
		return 0;
	return err_set(e, EXIT_DATA, "the members that were read, %llu, are not "
	    "just those of the directory, %llu: some were replaced, deleted or "
	    "damaged; what the directory lists can be read from a file",
	    (unsigned long long)u->passed.members,
	    (unsigned long long)d.entries);
}

static int
read_directory(struct unzip *u, struct err *e)
{
	struct zip_directory read = { .start = u->in.at };
	ssize_t n;

	u->at_end = u->found = true;
	while ((n = supply_want(&u->in, 4, e)) >= 4 &&
	    signature_at(supply_bytes(&u->in)) == CENTRAL) {
		if (read_listed(u, e) != 0)
			return -1;
		read.entries++;
	}
	if (n < 0)
		return -1;
	read.end = u->in.at;
	return check_list(u, &read, e);
}

/* The next local header of a pipe, or the directory. */
static int
next_passing(struct unzip *u, struct unzip_member *m, struct err *e)
{
	bool failed;

	if (u->at_end)
		return 0;
	switch (find_record(u, e, &failed)) {
	case NONE:
		return failed ? -1 : cut_off(u, e);
	case CENTRAL:
	case END:
		return read_directory(u, e);
	case LOCAL:
		break;
	}
	u->at = u->in.at;
	if (!u->any)
		u->first = u->at;
	u->any = true;
	if (read_local(u, e) != 0)
		return -1;
	u->any_unicode |= u->r.unicode != NULL;
	zipdata_begin(&u->data, &u->r, NULL, u->o->passphrase);
	describe(u, 0, (u->r.flags & ZIP_DESCRIPTOR) != 0 ? UINT64_MAX :
	    u->r.usize, m);
	return 1;
}

ssize_t
unzip_block(struct unzip *u, const void **block, struct err *e)
{
	ssize_t n;

	if (!u->in_member)
		return 0;
	n = zipdata_block(&u->data, block, e);
	u->in_member = n != 0;
	if (n == 0 && !u->o->seekable)
		ziplist_add(&u->list, &u->passed, &u->r, &u->data.sum,
		    u->at - u->first);
	return n;
}

int
unzip_next(struct unzip *u, struct unzip_member *m, struct err *e)
{
	const void *block;
	ssize_t n;

	if (u->in_member && u->o->headers) {
		supply_seek(&u->in, u->in.at + u->data.want.csize);
		u->in_member = false;
	}
	while (u->in_member)
		if ((n = unzip_block(u, &block, e)) < 0)
			return err_prefix(e, "member '%s'", u->name);
	return u->o->seekable ? next_listed(u, m, e) : next_passing(u, m, e);
}
