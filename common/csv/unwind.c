/*
 * unwind: a record's own values in front of those of its elements.
 *
 * It is done in place, from the first record to the last: what is kept moves
 * down to where there is room; a record's own values that come after its
 * first element are set aside, and put in front of the elements in the end.
 */
#include <string.h>

#include "csv/unwind.h"

/* A place in a batch: in its leaves and in its text. */
struct place {
	uint32_t *leaf;
	char *text;
};

void
unwind_init(struct unwind *u, size_t limit)
{
	buffer_init(&u->text, limit);
	buffer_init(&u->leaves, limit);
}

void
unwind_free(struct unwind *u)
{
	buffer_free(&u->text);
	buffer_free(&u->leaves);
}

void
unwind_trim(struct unwind *u, size_t most)
{
	buffer_trim(&u->text, most);
	buffer_trim(&u->leaves, most);
}

static bool
is_own(uint32_t leaf)
{
	return (leaf & BATCH_PART) == 0;
}

/* The length of the text that belongs to a leaf; it ends in a line feed. */
static size_t
text_length(uint32_t leaf, const struct place *at)
{
	if ((leaf & BATCH_CLEAR) != 0)
		return 0;
	return (size_t)(strchr(at->text, '\n') - at->text) + 1;
}

static void
keep(struct place *to, struct place *from, uint32_t leaf)
{
	size_t len = text_length(leaf, from);

	from->leaf++;
	*to->leaf++ = leaf;
	memmove(to->text, from->text, len);
	from->text += len;
	to->text += len;
}

static int
set_aside(struct unwind *u, struct place *from, uint32_t leaf)
{
	size_t len = text_length(leaf, from);

	if (buffer_add(&u->leaves, &leaf, sizeof(leaf)) != 0 ||
	    buffer_add(&u->text, from->text, len) != 0)
		return -1;
	from->leaf++;
	from->text += len;
	return 0;
}

/* Makes room at the first element, and puts in what was set aside. */
static void
put_in_front(const struct unwind *u, const struct place *first,
    struct place *to)
{
	size_t n = u->leaves.size / sizeof(*first->leaf);

	if (n == 0)
		return;
	memmove(first->leaf + n, first->leaf,
	    (size_t)(to->leaf - first->leaf) * sizeof(*first->leaf));
	memcpy(first->leaf, u->leaves.bytes, u->leaves.size);
	to->leaf += n;
	if (u->text.size == 0)
		return;
	memmove(first->text + u->text.size, first->text,
	    (size_t)(to->text - first->text));
	memcpy(first->text, u->text.bytes, u->text.size);
	to->text += u->text.size;
}

/* One record, up to the leaf end. */
static int
arrange(struct unwind *u, struct place *from, struct place *to,
    const uint32_t *end)
{
	struct place first;
	uint32_t leaf;

	while (from->leaf < end && is_own(*from->leaf))
		keep(to, from, *from->leaf);
	first = *to;
	u->text.size = u->leaves.size = 0;
	while (from->leaf < end) {
		leaf = *from->leaf;
		if (leaf == BATCH_NONE(1)) {
			*to = first;
			from->leaf++;
		} else if (leaf == BATCH_ELEMENT(1)) {
			keep(to, from, leaf);
		} else if (!is_own(leaf)) {
			keep(to, from, leaf & ~BATCH_PART);
		} else if (set_aside(u, from, leaf) != 0) {
			return -1;
		}
	}
	put_in_front(u, &first, to);
	return 0;
}

int
unwind_arrange(struct unwind *u, struct batch *b)
{
	struct place from = { (uint32_t *)(void *)b->leaves.bytes,
	    b->text.bytes }, to = from;
	const uint32_t *leaves = to.leaf;
	struct record *r;

	for (r = b->records; r < b->records + b->n_records; r++) {
		if (arrange(u, &from, &to, leaves + r->end) != 0)
			return -1;
		r->end = (size_t)(to.leaf - leaves);
	}
	b->text.size = (size_t)(to.text - b->text.bytes);
	b->leaves.size = (size_t)(to.leaf - leaves) * sizeof(*leaves);
	return 0;
}
