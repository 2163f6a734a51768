/* projection_private: what the files of projection share. */
#ifndef JSON_PROJECTION_PRIVATE_H
#define JSON_PROJECTION_PRIVATE_H

#include "json/projection.h"

/* Digits of an index: with 18 it fits 64 bits, and no array has more elements. */
enum { PROJECTION_DIGITS = 18 };

/* What stands before the digits in the name of a shadow: a byte that is in no
 * name of JSON, which are UTF-8. */
#define PROJECTION_SHADOW '\xff'

bool projection_is_index(const char *name, size_t len);

/* What a path goes on from: for what is unwound, its elements. */
struct node *projection_within(struct node *n);

/* The node at the end of a path below n, made where it is missing; NULL when
 * memory runs out. */
struct node *projection_descend(struct projection *s, struct node *n,
    const struct path *p);

/* Gives the node one more leaf, as *leaf, if it has none there.  -1 when memory
 * runs out. */
int projection_add_leaf(struct projection *s, struct node *n, uint32_t *leaf);

/* Marks where the path of a field may go on in each element of an array. */
void projection_mark_each(struct projection *s, const struct path *p);

/* Frees a node alone, without those below it; NULL is fine. */
void projection_free_node(struct node *n);

#endif
