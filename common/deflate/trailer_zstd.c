/* zstd frames, walked from block to block by their sizes (RFC 8878, 3.1). */
#include <stdlib.h>
#include <string.h>

#include "deflate/little_endian.h"
#include "deflate/trailer_format.h"

enum { MAGIC = 4, BLOCK = 3, BLOCK_MAX = 128 * 1024, RAW_RLE = 1,
	RESERVED = 3 };

/* What stands next; all but the last two end in the middle of a frame. */
enum next { DESCRIPTOR, BLOCK_HEADER, SKIPPABLE_SIZE, FRAME };

struct walk {
	enum next next;
	uint8_t bytes[MAGIC];		/* of what stands next */
	size_t have, want;
	uint64_t skip;			/* bytes to pass over before it */
	uint64_t at;			/* bytes so far */
	bool checksum;			/* four bytes after the last block */
};

static bool
is_skippable(uint32_t magic)
{
	return (magic & 0xfffffff0U) == 0x184d2a50U;
}

static bool
matches(const uint8_t begin[4])
{
	return le32(begin) == 0xfd2fb528U || is_skippable(le32(begin));
}

static void
expect(struct walk *w, enum next next, size_t want, uint64_t skip)
{
	w->next = next;
	w->want = want;
	w->have = 0;
	w->skip = skip;
}

static void *
new(struct err *e)
{
	struct walk *w = calloc(1, sizeof *w);

	if (w == NULL)
		err_memory(e);
	else
		expect(w, FRAME, MAGIC, 0);
	return w;
}

static int
bad(const struct walk *w, const char *why, struct err *e)
{
	return err_set(e, EXIT_DATA, "the zstd data is damaged at byte %llu: "
	    "%s", (unsigned long long)w->at, why);
}

static int
begin_frame(struct walk *w, struct err *e)
{
	uint32_t magic = le32(w->bytes);

	if (!matches(w->bytes))
		return bad(w, "no frame begins here", e);
	if (is_skippable(magic))
		expect(w, SKIPPABLE_SIZE, 4, 0);
	else
		expect(w, DESCRIPTOR, 1, 0);
	return 0;
}

/* The rest of the frame's header has window, dictionary and content size. */
static int
read_descriptor(struct walk *w, struct err *e)
{
	static const uint8_t id_sizes[] = { 0, 1, 2, 4 };
	static const uint8_t content_sizes[] = { 0, 2, 4, 8 };
	unsigned d = w->bytes[0], content = d >> 6;
	bool single = (d >> 5 & 1) != 0;

	if ((d >> 3 & 1) != 0)
		return bad(w, "a reserved bit is set", e);
	w->checksum = (d >> 2 & 1) != 0;
	expect(w, BLOCK_HEADER, BLOCK, (uint64_t)!single + id_sizes[d & 3] +
	    (single && content == 0 ? 1 : content_sizes[content]));
	return 0;
}

static int
read_block(struct walk *w, struct err *e)
{
	uint32_t header = le16(w->bytes) | (uint32_t)w->bytes[2] << 16;
	uint32_t type = header >> 1 & 3, size = header >> 3;

	if (type == RESERVED || size > BLOCK_MAX)
		return bad(w, "no block begins here", e);
	if (type == RAW_RLE)
		size = 1;
	if ((header & 1) == 0)
		expect(w, BLOCK_HEADER, BLOCK, size);
	else
		expect(w, FRAME, MAGIC, size + (w->checksum ? 4 : 0));
	return 0;
}

static int
step(struct walk *w, struct err *e)
{
	switch (w->next) {
	case DESCRIPTOR:
		return read_descriptor(w, e);
	case BLOCK_HEADER:
		return read_block(w, e);
	case SKIPPABLE_SIZE:
		expect(w, FRAME, MAGIC, le32(w->bytes));
		return 0;
	case FRAME:
		break;
	}
	return begin_frame(w, e);
}

static int
add(void *state, const uint8_t *data, size_t len, struct err *e)
{
	struct walk *w = state;

	for (size_t n; len > 0; data += n, len -= n, w->at += n) {
		if (w->skip > 0) {
			n = len < w->skip ? len : (size_t)w->skip;
			w->skip -= n;
			continue;
		}
		n = 1;
		w->bytes[w->have++] = *data;
		if (w->have == w->want && step(w, e) != 0)
			return -1;
	}
	return 0;
}

static int
end(void *state, struct err *e)
{
	const struct walk *w = state;

	if (w->next == FRAME && w->have == 0 && w->skip == 0)
		return 0;
	return err_set(e, EXIT_DATA, "the zstd data is cut off after %llu "
	    "bytes", (unsigned long long)w->at);
}

const struct trailer_format trailer_zstd = { "zstd", matches, new, add, end,
	free };
