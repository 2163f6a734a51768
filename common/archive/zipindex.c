/* zipindex: read once from end to end, sorted only where it has to be. */
#include "archive/zipindex.h"

#include <stdlib.h>
#include <string.h>

#include "archive/ziprecord.h"

void
zipindex_free(struct zipindex *x)
{
	free(x->entries);
	x->entries = NULL;
}

/* Reads len bytes at a place, or -1: 65 where they end before that. */
static int
read_all(const struct supply *in, uint64_t at, void *buf, size_t len,
    struct err *e)
{
	unsigned char *to = buf;
	ssize_t n;

	for (; len > 0; to += n, at += (uint64_t)n, len -= (size_t)n) {
		n = in->read(in->from, at, to, len, e);
		if (n < 0)
			return -1;
		if (n == 0)
			return err_set(e, EXIT_DATA, "the archive is cut off "
			    "at byte %llu", (unsigned long long)at);
	}
	return 0;
}

static int
find_directory(struct zipindex *x, const struct supply *in, uint64_t size,
    struct err *e)
{
	size_t len = size < ZIPEND_TAIL ? (size_t)size : ZIPEND_TAIL;
	unsigned char *tail = malloc(len + 1);
	int rc;

	if (tail == NULL)
		return err_memory(e);
	rc = read_all(in, size - len, tail, len, e);
	if (rc == 0)
		rc = zipend_find(tail, len, size, &x->directory, e);
	free(tail);
	return rc;
}

static int
bad(uint64_t at, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the directory of the zip archive is "
	    "damaged at byte %llu: %s", (unsigned long long)at, why);
}

/* One entry, which ends where the directory ends, or before. */
static int
read_entry(struct zipindex *x, struct supply *in, struct zipindex_entry *en,
    struct err *e)
{
	const struct zip_directory *d = &x->directory;
	ssize_t n = supply_want(in, SUPPLY_AHEAD, e);
	const unsigned char *p = supply_bytes(in);
	struct zip_record r;

	if (n < 0)
		return -1;
	if (d->end - in->at < ZIP_CENTRAL_FIXED || n < ZIP_CENTRAL_FIXED ||
	    memcmp(p, "PK\1\2", 4) != 0)
		return bad(in->at, "there is no entry", e);
	if (zip_central_size(p) > d->end - in->at ||
	    zip_central_size(p) > (size_t)n)
		return bad(in->at, "an entry is cut off", e);
	if (zip_read_central(p, &r, e) != 0)
		return err_prefix(e, "the directory at byte %llu",
		    (unsigned long long)in->at);
	if (r.offset > d->start - d->base)
		return bad(in->at, "its member is after the directory", e);
	*en = (struct zipindex_entry){ .at = d->base + r.offset,
	    .name_at = in->at + ZIP_CENTRAL_FIXED, .mode = r.mode,
	    .sum = { r.crc, r.csize, r.usize }, .flags = (uint16_t)r.flags,
	    .method = (uint16_t)r.method, .name_len = (uint16_t)r.name_len };
	supply_pass(in, r.size);
	return 0;
}

static int
by_place(const void *va, const void *vb)
{
	const struct zipindex_entry *a = va, *b = vb;

	return a->at < b->at ? -1 : a->at > b->at;
}

static void
sort(struct zipindex *x)
{
	struct zipindex_entry *en = x->entries;

	for (uint64_t i = 1; i < x->directory.entries; i++)
		if (en[i].at < en[i - 1].at) {
			qsort(en, (size_t)x->directory.entries, sizeof *en,
			    by_place);
			return;
		}
}

int
zipindex_load(struct zipindex *x, struct supply *in, uint64_t size,
    struct err *e)
{
	uint64_t n;

	*x = (struct zipindex){ 0 };
	if (find_directory(x, in, size, e) != 0)
		return -1;
	x->found = true;
	/* zipend_find has seen that the file has room for that many. */
	n = x->directory.entries;
	if (n > SIZE_MAX / sizeof *x->entries || (n > 0 &&
	    (x->entries = malloc((size_t)n * sizeof *x->entries)) == NULL))
		return err_set(e, EXIT_INTERNAL, "the directory of %llu "
		    "members takes more memory than -m allows",
		    (unsigned long long)n);
	supply_seek(in, x->directory.start);
	for (uint64_t i = 0; i < n; i++)
		if (read_entry(x, in, &x->entries[i], e) != 0)
			return -1;
	if (in->at != x->directory.end)
		return bad(in->at, "it has more entries than its end counts",
		    e);
	sort(x);
	return 0;
}

static int
differs(const char *what, struct err *e)
{
	return err_set(e, EXIT_DATA, "its local header has another %s than the "
	    "directory", what);
}

int
zipindex_compare(const struct zipindex_entry *en,
    const struct zip_record *local, const struct supply *in, struct err *e)
{
	unsigned char name[256];

	if (local->name_len != en->name_len)
		return differs("name", e);
	for (size_t at = 0, n; at < en->name_len; at += n) {
		n = en->name_len - at < sizeof name ? en->name_len - at :
		    sizeof name;
		if (read_all(in, en->name_at + at, name, n, e) != 0)
			return -1;
		if (memcmp(name, local->name + at, n) != 0)
			return differs("name", e);
	}
	if (local->method != en->method ||
	    ((local->flags ^ en->flags) & ZIP_ENCRYPTED) != 0)
		return differs("method", e);
	if (zip_tells_csize(local) && local->csize != en->sum.csize)
		return differs("size", e);
	if ((local->flags & ZIP_DESCRIPTOR) != 0)
		return 0;
	if (local->crc != en->sum.crc)
		return differs("CRC-32", e);
	if (local->usize != en->sum.usize)
		return differs("size", e);
	return 0;
}
