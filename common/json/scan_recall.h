/*
 * scan_recall: which member's name came after which the last time.
 *
 * Most records have the same names in the same order.  So when a name has been
 * read it is noted, and that it came after the one before it in its object.
 * There the next record's name is compared with it as a whole, quotes and colon
 * included, instead of being searched for its end and looked up.
 *
 * What is noted never says more than the walk would find by itself: a name of
 * the same bytes, in an object that is selected as the same node, is selected
 * as what it was.  Only what cannot change may be noted: see scan_machine.c.
 *
 * Names are kept by a hash of their text and depth.  When too many share one,
 * the last takes the place of another.
 */
#ifndef JSON_SCAN_RECALL_H
#define JSON_SCAN_RECALL_H

#include <stddef.h>
#include <stdint.h>

#include "json/projection.h"

enum {
	/* Bytes of a name with its quotes and colon: one register of AVX2, so it
	 * is compared by one instruction.  Few names are longer; those are
	 * looked up each time. */
	RECALL_TEXT = 32, RECALL_NAME_MAX = RECALL_TEXT - 3,

	/* Depths that have a first name of their own; deeper ones share them. */
	RECALL_HEADS = 8,

	/* Names that are kept, 64 bytes each: 16 KiB, half of a first cache.  A
	 * record has tens; with more names than places they replace each other,
	 * and are looked up. */
	RECALL_NAMES = 256
};

struct recalled {		/* 64 bytes */
	char text[RECALL_TEXT];	/* "name": and zeros */
	const struct node *parent; /* what its object is selected as */
	struct node *node;	/* what it is selected as itself, or NULL */
	uint32_t mask;		/* a bit for each byte of text */
	uint32_t len;		/* of text; 0: nothing is recalled */
	uint32_t next;		/* the name that came after it */
};

/* All zeros at first.  A head has no text; an object's first name comes after
 * that of its depth. */
struct recall {
	struct recalled list[RECALL_HEADS + RECALL_NAMES];
};

static inline uint32_t
recall_head(size_t depth)
{
	return depth % RECALL_HEADS;
}

/* What came after the name `last`, or head. */
static inline const struct recalled *
recall_next(const struct recall *r, uint32_t last)
{
	return &r->list[r->list[last].next];
}

static inline uint32_t
recall_place(const struct recall *r, const struct recalled *name)
{
	return (uint32_t)(name - r->list);
}

/* Notes that the name of len bytes, at most RECALL_NAME_MAX, came after
 * `last`; returns its place.  It has no escapes. */
uint32_t recall_note(struct recall *r, uint32_t last, size_t depth,
    const char *name, size_t len, const struct node *parent,
    struct node *node);

#endif
