/*
 * projection: which parts of a document are wanted, as a tree of names.
 *
 * The document's node leads down the root path to the node of a record, and
 * from there to the selected members.  What is copied out is a leaf; leaves
 * are numbered from 1.  With every member selected ("all"), the tree grows as
 * names are met, until it is frozen.
 *
 * A value that is unwound (one row for each element) has a sole child without
 * a name, which stands for any of its elements; what is selected below it is
 * part of an element.
 */
#ifndef JSON_PROJECTION_H
#define JSON_PROJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "json/batch.h"
#include "json/path.h"

enum { NO_LEAF = UINT32_MAX };

enum role { ROLE_ABOVE,		/* leads to the root */
	ROLE_ROOT,		/* the value that is or holds the records */
	ROLE_RECORD,
	ROLE_UNWOUND,		/* a row for each element */
	/* what can be a leaf: */
	ROLE_MEMBER,
	ROLE_WATCHED,		/* the same, but more may be to do than to copy
				 * its value once: scan_quick.h leaves it alone */
	ROLE_SHADOW,		/* with all: an element of an array that is a
				 * column, or below it; only watched */
	ROLE_ELEMENT,		/* of what is unwound */
	ROLE_PART };		/* below an element */

struct node {
	char *name;
	size_t len;
	uint64_t last_index;	/* of its children whose names are indexes of
				 * an array: the largest */
	struct node *parent;
	struct node **children;	/* sorted by length, then bytes */
	size_t n_children;
	struct node **order;	/* the same as they were added */
	size_t place;		/* its own, in its parent's order */
	size_t guess;		/* which of order comes next, if all is well */
	uint64_t signs;		/* bit n: a child's name has the sign n */
	uint64_t stamp;		/* the last record it occurred in, or element
				 * (see scan_projection.c); 0: none */
	uint64_t opened;	/* as stamp: the last that was an object or
				 * array, and which leaves that one gave: */
	size_t from, to;	/* from here up to there, see scan_position */
	uint32_t leaf;
	uint32_t watch;		/* with all: the leaf of a watched value, besides
				 * that of a column; or NO_LEAF */
	enum role role;
	bool any;		/* leads on by any name, to its only child */
	uint32_t key;		/* if so: the name is this key, from 0 */
	bool placed;		/* the header row has it */
	uint32_t scope;		/* the kind of the element it stands in; 0: the
				 * record alone */
	uint32_t kind;		/* the same, but of an element its own */
	bool each;		/* an array leads on in each of its elements */
	uint64_t given;		/* as stamp, but of the record, or element of
				 * what is unwound: its leaf got a value */
	bool valued;		/* occurred with more than null or {} */
	bool met;		/* occurred before the tree was frozen */
	bool watches;		/* it is watched, or a node below it is */
};

/* What a reader needs to know of the elements: see csv/tree.h. */
struct tree_shape {
	uint32_t n_kinds;	/* of elements; 0: none */
	uint32_t parent[UNWIND_MAX + 1]; /* in whose elements each stands */
	uint32_t *leaf_kind;	/* for each leaf */
	size_t values_max;	/* bytes of what is kept of a record */
	size_t joined_max;
};

struct projection {
	struct node *document, *record;
	struct node *unwound[UNWIND_MAX]; /* that of kind 1, and so on */
	uint32_t n_unwound;
	struct node **leaves;	/* NULL: none, as 0; or one without a column */
	uint32_t n_leaves;	/* and the 0 */
	uint32_t n_keys, key_leaf; /* keys are the leaves from this one on */
	bool whole;		/* the root is a record also as an array */
	bool header_row;	/* the first record that is an array has names */
	struct node **header;	/* and this is where they lead, or NULL each;
				 * NULL: it did not come yet */
	uint64_t n_header;
	bool all;		/* every member is wanted */
	bool frozen;		/* new ones are late */
	bool over;		/* because of the limit */
	size_t memory;		/* bytes the tree takes, about */
	size_t price;		/* what the caller adds for each leaf, besides
				 * two copies of its path */
	size_t limit;		/* with all: memory does not exceed it */
};

/* What is wanted. */
struct selection {
	const struct path *root;
	const struct fields *unwind; /* at most UNWIND_MAX, the outer ones
				 * first; NULL: nothing is */
	bool each;		/* with fields: the path of one goes on in each
				 * element of an array, and its values are
				 * joined */
	const struct fields *fields; /* NULL: all */
	uint32_t n_keys;	/* names that "*" of the root stands for, from
				 * the first one on, are wanted as well */
	bool whole, header_row;	/* as below */
};

/* 0, or -1 with code 70.  leaf[i] is where field i is found; it may be NULL
 * without fields. */
int projection_init(struct projection *s, const struct selection *how,
    uint32_t *leaf, struct err *e);

/* Fills in the kinds of a shape; leaf_kind is the caller's to free.  -1 when memory
 * runs out. */
int projection_shape(const struct projection *s, struct tree_shape *shape);

/* The header row has come, with n names: makes room for where they lead.  -1 when
 * memory runs out. */
int projection_header(struct projection *s, uint64_t n);

/* Has more values copied, which are no columns: leaf[i] is where that of path i
 * is found, the column's if there is a field of that path.  With all, a number
 * in a path is an index only, but for the first name.  Call it before anything
 * is scanned; 0, or -1 with code 70. */
int projection_watch(struct projection *s, const struct fields *paths,
    uint32_t *leaf, struct err *e);
void projection_free(struct projection *s);

/* Makes a copy that has no part in common: one for each thread that scans.
 * Stamps are copied, too.  0, or -1 with code 70. */
int projection_copy(struct projection *to, const struct projection *from,
    struct err *e);

/* The child of that name, or NULL; may move parent's guess. */
struct node *projection_find(struct node *parent, const char *name, size_t len);

/* The child that stands for an array's element, or NULL. */
struct node *projection_element(struct node *parent, uint64_t index);

/* The same with all, for an array that is a column: the child that watches. */
struct node *projection_shadow(struct node *parent, uint64_t index);

/* With all: whether members of the node's were met before the tree was frozen;
 * others may be there because they are watched. */
bool projection_branched(const struct node *n);

/* Adds a child that is not there yet; NULL when memory runs out. */
struct node *projection_add(struct projection *s, struct node *parent,
    const char *name, size_t len);

/* Makes node a leaf, if it is not one.  -1 when memory runs out. */
int projection_leaf(struct projection *s, struct node *n);

/* With all: whether a child with a name of len bytes may be added, or n made a
 * leaf.  If that would exceed the limit, the tree is frozen. */
bool projection_grows(struct projection *s, size_t len);
bool projection_branches(struct projection *s, const struct node *n);

/* With all, when the columns are known: a leaf that is none of them is no leaf
 * any more, so that a value which it gets later is not lost unseen. */
void projection_drop_leaf(struct projection *s, uint32_t leaf);

/* A node's names from the record down, with dots, for the caller to free, and
 * their length: a name may hold a NUL. */
char *projection_path(const struct projection *s, const struct node *n,
    size_t *size);

/* The path of parent's member of that name, as path.h has it, for a message:
 * as many of its last names as fit into size bytes, at least 128. */
void projection_text(const struct projection *s, const struct node *parent,
    const char *name, size_t len, char *text, size_t size);

/* Whether two texts of len bytes are the same; names are short. */
static inline bool
projection_same(const char *a, const char *b, size_t len)
{
	uint64_t a8, b8;
	uint32_t a4, b4;
	size_t i;

	if (len >= 8) {
		for (i = 0; i < len; i += 8) {
			if (i > len - 8)
				i = len - 8;	/* the last eight */
			memcpy(&a8, a + i, 8);
			memcpy(&b8, b + i, 8);
			if (a8 != b8)
				return false;
		}
		return true;
	}
	i = 0;
	if (len >= 4) {
		memcpy(&a4, a, 4);
		memcpy(&b4, b, 4);
		if (a4 != b4)
			return false;
		i = 4;
	}
	for (; i < len; i++) {
		if (a[i] != b[i])
			return false;
	}
	return true;
}

/* projection_find's first try: the member that came next in the last record. */
static inline struct node *
projection_guess(struct node *parent, const char *name, size_t len)
{
	struct node *n;

	if (parent->guess >= parent->n_children)
		return NULL;
	n = parent->order[parent->guess];
	if (n->len != len || !projection_same(n->name, name, len))
		return NULL;
	if (++parent->guess == parent->n_children)
		parent->guess = 0;
	return n;
}

/* A number below 64 that two names seldom share. */
static inline unsigned
projection_sign(const char *name, size_t len)
{
	if (len == 0)
		return 0;
	return ((unsigned)len + 5 * (unsigned char)name[0] +
	    11 * (unsigned char)name[len - 1]) & 63;
}

/* False: no child has that name. */
static inline bool
projection_possible(const struct node *parent, const char *name, size_t len)
{
	return (parent->signs >> projection_sign(name, len) & 1) != 0;
}

#endif
