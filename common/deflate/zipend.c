/* zipend: every place at the end that looks like an end record is judged. */
#include "deflate/zipend.h"

#include <stdbool.h>
#include <string.h>

#include "deflate/little_endian.h"

struct tail {
	const uint8_t *bytes;
	size_t len;
	uint64_t begin;			/* of bytes, in the archive */
};

/* What an end record says about the directory. */
struct claim {
	uint64_t entries, size, offset;
	uint64_t end;			/* where the directory has to end */
};

static int
bad(struct err *e, const char *why)
{
	return err_set(e, EXIT_DATA, "the zip archive is not whole: %s", why);
}

/* Is zip64's record at at, with nothing between it and its locator? */
static bool
is_end64(const struct tail *t, size_t at, size_t locator)
{
	return at + ZIPEND_64 <= locator &&
	    memcmp(t->bytes + at, "PK\6\6", 4) == 0 &&
	    le64(t->bytes + at + 4) == locator - at - 12;
}

/* Where the locator says; or, if the archive was moved by what is before it,
 * right before the locator. */
static const uint8_t *
find_end64(const struct tail *t, size_t locator)
{
	uint64_t where = le64(t->bytes + locator + 8);

	if (where >= t->begin && where - t->begin <= locator &&
	    is_end64(t, (size_t)(where - t->begin), locator))
		return t->bytes + (where - t->begin);
	if (locator >= ZIPEND_64 && is_end64(t, locator - ZIPEND_64, locator))
		return t->bytes + locator - ZIPEND_64;
	return NULL;
}

/* The zip64 record, if a locator stands before the end record at at. */
static int
read_end64(const struct tail *t, size_t at, struct claim *c, struct err *e)
{
	const uint8_t *p;

	if (at < ZIPEND_LOCATOR ||
	    memcmp(t->bytes + at - ZIPEND_LOCATOR, "PK\6\7", 4) != 0)
		return 0;
	p = find_end64(t, at - ZIPEND_LOCATOR);
	if (p == NULL)
		return bad(e, "its zip64 locator leads nowhere");
	if (le32(p + 16) != 0 || le32(p + 20) != 0 ||
	    le64(p + 24) != le64(p + 32))
		return bad(e, "it is one of several volumes");
	if ((c->entries != UINT16_MAX && c->entries != le64(p + 32)) ||
	    (c->size != UINT32_MAX && c->size != le64(p + 40)) ||
	    (c->offset != UINT32_MAX && c->offset != le64(p + 48)))
		return bad(e, "its two end records disagree");
	c->entries = le64(p + 32);
	c->size = le64(p + 40);
	c->offset = le64(p + 48);
	c->end = t->begin + (uint64_t)(p - t->bytes);
	return 0;
}

/* Does the directory lie right before its end? */
static int
place(const struct tail *t, const struct claim *c, struct zip_directory *d,
    struct err *e)
{
	if (c->size > c->end || c->offset > c->end - c->size)
		return bad(e, "its directory is not where its end says");
	*d = (struct zip_directory){ .entries = c->entries, .end = c->end,
	    .start = c->end - c->size,
	    .base = c->end - c->size - c->offset };
	if (c->entries > c->size / ZIPEND_ENTRY ||
	    (c->entries == 0 && c->size != 0))
		return bad(e, "its directory has not the size for its "
		    "entries");
	if (c->entries == 0 && d->start != 0)
		return bad(e, "its directory is empty, and there is "
		    "something before it");
	if (c->entries > 0 && d->start >= t->begin &&
	    memcmp(t->bytes + (d->start - t->begin), "PK\1\2", 4) != 0)
		return bad(e, "there is no directory where its end says");
	return 0;
}

static int
judge(const struct tail *t, size_t at, struct zip_directory *d,
    struct err *e)
{
	const uint8_t *p = t->bytes + at;
	struct claim c = { .entries = le16(p + 10), .size = le32(p + 12),
	    .offset = le32(p + 16), .end = t->begin + at };

	if (read_end64(t, at, &c, e) != 0)
		return -1;
	if ((le16(p + 4) != 0 && le16(p + 4) != UINT16_MAX) ||
	    (le16(p + 6) != 0 && le16(p + 6) != UINT16_MAX) ||
	    le16(p + 8) != le16(p + 10))
		return bad(e, "it is one of several volumes");
	return place(t, &c, d, e);
}

/* Where the zeros begin that the bytes end with. */
static size_t
without_padding(const struct tail *t)
{
	size_t len = t->len;

	while (len > 0 && t->bytes[len - 1] == 0)
		len--;
	return len;
}

/* With its comment, does the record at at reach to the end? */
static bool
reaches_end(const struct tail *t, size_t at, size_t zeros)
{
	size_t left = t->len - at - ZIPEND_RECORD;
	size_t comment = le16(t->bytes + at + 20);

	return comment <= left && at + ZIPEND_RECORD + comment >= zeros;
}

int
zipend_find(const uint8_t *tail, size_t len, uint64_t total,
    struct zip_directory *d, struct err *e)
{
	size_t most = len < ZIPEND_TAIL ? len : ZIPEND_TAIL;
	const struct tail t = { tail + len - most, most, total - most };
	struct err why = ERR_NONE;
	size_t zeros = without_padding(&t);
	struct zip_directory found;
	bool any = false, judged = false;

	for (size_t back = ZIPEND_RECORD; back <= t.len; back++) {
		size_t at = t.len - back;

		if (memcmp(t.bytes + at, "PK\5\6", 4) != 0 ||
		    !reaches_end(&t, at, zeros))
			continue;
		if (judge(&t, at, &found, judged ? &why : e) != 0) {
			judged = true;
		} else if (any) {
			return bad(e, "it has two ends, one in the comment of "
			    "the other");
		} else {
			*d = found;
			any = true;
		}
	}
	if (any)
		return 0;
	return judged ? -1 :
	    bad(e, "it does not end with the end of a directory");
}
