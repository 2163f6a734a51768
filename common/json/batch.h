/*
 * batch: the projections of some whole records, on their way to become rows.
 *
 * text is the values of the selected members as JSON texts, each followed by
 * a line feed, in the order in which they stood in the input; leaves says for
 * each value which leaf it belongs to.  A leaf with BATCH_CLEAR has no value
 * in text: what the record gave for that leaf before no longer counts.  A
 * leaf may occur again; the last value counts.
 *
 * Where something is unwound, BATCH_ELEMENT stands before what each element
 * gives, whose leaves are marked BATCH_PART; BATCH_NONE says that the elements
 * so far no longer count.  None of the three has a text.  See unwind.h.
 */
#ifndef JSON_BATCH_H
#define JSON_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { BATCH_TEXT = 128 * 1024,	/* full from here on */
	BATCH_LEAVES = 32 * 1024,
	BATCH_RECORDS = 4096 };

/* What a batch may have allocated and keep. */
enum { BATCH_KEPT = 256 * 1024 };	/* text, and leaves */

#define BATCH_CLEAR ((uint32_t)1 << 31)
#define BATCH_PART ((uint32_t)1 << 30)
#define BATCH_ELEMENT UINT32_MAX
#define BATCH_NONE (UINT32_MAX - 1)

/* Where a record stood, for messages. */
struct record {
	uint64_t number;	/* from 1 */
	uint64_t offset, line;
	size_t end;		/* its last leaf, plus one */
};

struct batch {
	struct buffer text;
	struct buffer leaves;	/* of uint32_t */
	struct record *records;	/* room for BATCH_RECORDS */
	size_t n_records;
	size_t max_records;	/* full from here on; BATCH_RECORDS at first */
	bool unwound;		/* it has a BATCH_ELEMENT or BATCH_NONE */
};

/* limit bounds a record's text, and its leaves in bytes; 0, or -1 with
 * errno. */
int batch_init(struct batch *b, size_t limit);
void batch_free(struct batch *b);	/* a zeroed or freed one is fine */

/* Empties it, keeping the allocation but for what a large record took; 0, or
 * -1 with errno. */
int batch_rewind(struct batch *b);

/* The bytes that are allocated. */
static inline size_t
batch_room(const struct batch *b)
{
	return b->text.room + b->leaves.room +
	    BATCH_RECORDS * sizeof(*b->records);
}

/* Whether it has more than batch_rewind lets it keep. */
static inline bool
batch_large(const struct batch *b)
{
	return b->text.room > BATCH_KEPT || b->leaves.room > BATCH_KEPT;
}

static inline size_t
batch_leaves(const struct batch *b)
{
	return b->leaves.size / sizeof(uint32_t);
}

static inline bool
batch_full(const struct batch *b)
{
	return b->text.size >= BATCH_TEXT || b->n_records >= b->max_records ||
	    batch_leaves(b) >= BATCH_LEAVES;
}

#endif
