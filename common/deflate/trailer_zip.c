/* The end of a zip archive, from the last bytes of a stream. */
#include <stdlib.h>
#include <string.h>

#include "deflate/trailer_format.h"

/* Sizes of APPNOTE 4.3.12 to 4.3.16, and room for what may stand in a zip64
 * record behind its known members. */
enum { ENTRY = 46, END64 = 56, LOCATOR = 20, END = 22, COMMENT_MAX = 65535,
	TAIL = END64 + 1024 + LOCATOR + END + COMMENT_MAX };

struct tail {
	uint64_t total;			/* bytes so far */
	size_t have;			/* of them, the last ones */
	uint8_t bytes[2 * TAIL];
};

/* What the end says about the directory. */
struct directory {
	uint64_t entries, size, offset;
	uint64_t end;			/* where it has to end */
};

static bool
matches(const uint8_t begin[4])
{
	return memcmp(begin, "PK\3\4", 4) == 0 ||
	    memcmp(begin, "PK\5\6", 4) == 0 || memcmp(begin, "PK\7\10", 4) == 0;
}

static void *
new(struct err *e)
{
	struct tail *t = calloc(1, sizeof *t);

	if (t == NULL)
		err_memory(e);
	return t;
}

static int
add(void *state, const uint8_t *data, size_t len, struct err *e)
{
	struct tail *t = state;

	(void)e;
	t->total += len;
	if (len >= TAIL) {
		data += len - TAIL;
		len = TAIL;
		t->have = 0;
	} else if (t->have + len > sizeof t->bytes) {
		memmove(t->bytes, t->bytes + t->have - TAIL, TAIL);
		t->have = TAIL;
	}
	memcpy(t->bytes + t->have, data, len);
	t->have += len;
	return 0;
}

static int
bad(struct err *e, const char *why)
{
	return err_set(e, EXIT_DATA, "the zip archive is not whole: %s", why);
}

/* The zip64 record, if a locator stands before the end record at at. */
static int
read_end64(const struct tail *t, size_t at, struct directory *d,
    struct err *e)
{
	uint64_t base = t->total - t->have, where;
	const uint8_t *locator, *p;

	if (at < LOCATOR || memcmp(t->bytes + (at - LOCATOR), "PK\6\7", 4) != 0)
		return 0;
	locator = t->bytes + (at - LOCATOR);
	where = le64(locator + 8);
	if (where < base || where > base + at - LOCATOR ||
	    base + at - LOCATOR - where < END64)
		return bad(e, "its zip64 locator leads nowhere");
	p = t->bytes + (where - base);
	if (memcmp(p, "PK\6\6", 4) != 0 ||
	    le64(p + 4) != (uint64_t)(locator - p) - 12)
		return bad(e, "its zip64 record is none");
	if (le32(p + 16) != 0 || le32(p + 20) != 0)
		return bad(e, "it is one of several volumes");
	if ((d->entries != 0xffff && d->entries != (le64(p + 32) & 0xffff)) ||
	    (d->size != 0xffffffff && d->size != le64(p + 40)) ||
	    (d->offset != 0xffffffff && d->offset != le64(p + 48)))
		return bad(e, "its two end records disagree");
	d->entries = le64(p + 32);
	d->size = le64(p + 40);
	d->offset = le64(p + 48);
	d->end = where;
	return 0;
}

/* Does the directory lie right before its end? */
static int
check_directory(const struct tail *t, const struct directory *d,
    struct err *e)
{
	uint64_t base = t->total - t->have;

	if (d->offset > d->end || d->size != d->end - d->offset)
		return bad(e, "its directory is not where its end says");
	if (d->entries > d->size / ENTRY || (d->entries == 0 && d->size != 0))
		return bad(e, "its directory has not the size for its "
		    "entries");
	if (d->entries > 0 && d->offset >= base &&
	    memcmp(t->bytes + (d->offset - base), "PK\1\2", 4) != 0)
		return bad(e, "there is no directory where its end says");
	return 0;
}

/* The end record at at, whose comment reaches to the stream's end. */
static int
check_end(const struct tail *t, size_t at, struct err *e)
{
	const uint8_t *p = t->bytes + at;
	struct directory d = { .entries = le16(p + 10), .size = le32(p + 12),
		.offset = le32(p + 16), .end = t->total - t->have + at };

	if (read_end64(t, at, &d, e) != 0)
		return -1;
	if ((le16(p + 4) != 0 && le16(p + 4) != 0xffff) ||
	    (le16(p + 6) != 0 && le16(p + 6) != 0xffff))
		return bad(e, "it is one of several volumes");
	return check_directory(t, &d, e);
}

/* A comment may hold anything, so every record that fits is tried. */
static int
end(void *state, struct err *e)
{
	const struct tail *t = state;

	if (t->total == 0)
		return 0;
	bad(e, "it does not end with the end of a directory");
	for (size_t back = END; back <= t->have && back <= END + COMMENT_MAX;
	    back++) {
		const uint8_t *p = t->bytes + t->have - back;

		if (memcmp(p, "PK\5\6", 4) == 0 &&
		    le16(p + 20) == back - END &&
		    check_end(t, t->have - back, e) == 0)
			return 0;
	}
	return -1;
}

const struct trailer_format trailer_zip = { "zip", matches, new, add, end,
	free };
