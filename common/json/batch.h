/*
 * batch: the projections of some whole records, on their way to become rows.
 *
 * text is the values of the selected members as JSON texts, each followed by
 * a line feed, in the order in which they stood in the input; leaves says for
 * each value which leaf it belongs to.  A leaf may occur again; the last value
 * counts.  A leaf with BATCH_CLEAR has no value in text: what the record gave
 * for that leaf before no longer counts.  The value of BATCH_VOID counts for
 * nothing.
 *
 * Where something is unwound, BATCH_ELEMENT stands before what each element
 * gives, whose leaves are marked BATCH_PART; BATCH_NONE says that the elements
 * so far no longer count.  None of the three has a text.  With several arrays
 * each has a kind of elements, and these marks are of a kind.  See unwind.h.
 *
 * A leaf with BATCH_MORE is to be joined to the one before; with BATCH_CLEAR as
 * well, that one alone counts no longer.  See tree.h.
 */
#ifndef JSON_BATCH_H
#define JSON_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define BATCH_VOID ((uint32_t)0)
#define BATCH_CLEAR ((uint32_t)1 << 31)
#define BATCH_PART ((uint32_t)1 << 30)
#define BATCH_MORE ((uint32_t)1 << 29)

/* Arrays that can be unwound together: more than any file's levels and lists. */
enum { UNWIND_MAX = 8 };

/* The marks of the kinds of elements, from 1 on. */
#define BATCH_ELEMENT(kind) (UINT32_MAX - 2 * ((kind) - 1))
#define BATCH_NONE(kind) (BATCH_ELEMENT(kind) - 1)

static inline bool
batch_is_mark(uint32_t leaf)
{
	return leaf >= BATCH_NONE((uint32_t)UNWIND_MAX);
}

static inline bool
batch_is_element(uint32_t leaf)
{
	return batch_is_mark(leaf) && (leaf & 1) != 0;
}

static inline bool
batch_is_none(uint32_t leaf)
{
	return batch_is_mark(leaf) && (leaf & 1) == 0;
}

static inline uint32_t
batch_kind(uint32_t mark)
{
	return (UINT32_MAX - mark) / 2 + 1;
}

/* Where a record stood, for messages. */
struct record {
	uint64_t number;	/* from 1 */
	uint64_t offset, line;
	size_t end;		/* its last leaf, plus one */
};

/* From where on a batch is full, and how much it keeps when it is emptied. */
struct batch_size {
	size_t text;		/* bytes */
	size_t leaves;		/* how many */
	size_t records;		/* at least 1 */
	size_t kept;		/* bytes allocated for text, and for leaves; at
				 * least 16 */
};

struct batch {
	struct batch_size size;
	struct buffer text;
	struct buffer leaves;	/* of uint32_t */
	struct record *records;	/* room for size.records */
	size_t n_records;
	size_t max_records;	/* full from here on, too; size.records at
				 * first */
	bool unwound;		/* it has marks of elements */
};

/* limit bounds the text, and the leaves, in bytes; 0, or -1 with errno. */
int batch_init(struct batch *b, const struct batch_size *size, size_t limit);
void batch_free(struct batch *b);	/* a zeroed or freed one is fine */

/* batch_trim empties the batch and frees what a large record made it allocate;
 * batch_rewind then makes it ready for use again: 0, or -1 with errno. */
void batch_trim(struct batch *b);
int batch_rewind(struct batch *b);

/* The bytes that are allocated. */
static inline size_t
batch_room(const struct batch *b)
{
	return b->text.room + b->leaves.room +
	    b->size.records * sizeof(*b->records);
}

/* The bytes that are used, which do not depend on how they were appended. */
static inline size_t
batch_used(const struct batch *b)
{
	return b->text.size + b->leaves.size +
	    b->n_records * sizeof(*b->records);
}

/* Whether it has more than batch_rewind lets it keep. */
static inline bool
batch_large(const struct batch *b)
{
	return b->text.room > b->size.kept || b->leaves.room > b->size.kept;
}

static inline size_t
batch_leaves(const struct batch *b)
{
	return b->leaves.size / sizeof(uint32_t);
}

/* Full by its size alone. */
static inline bool
batch_loaded(const struct batch *b)
{
	return b->text.size >= b->size.text ||
	    b->n_records >= b->size.records ||
	    batch_leaves(b) >= b->size.leaves;
}

static inline bool
batch_full(const struct batch *b)
{
	return b->n_records >= b->max_records || batch_loaded(b);
}

#endif
