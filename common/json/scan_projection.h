/*
 * scan_project: finds what a name, an element or a value is selected as.
 *
 * s->next is the node of the value that comes next, or NULL when nothing of
 * it is wanted; a level's node is that of its object or array.  With all
 * members selected the tree grows here, until it is frozen.  All that return
 * int give 0, or -1 with the error in s->e.
 */
#ifndef JSON_SCAN_PROJECTION_H
#define JSON_SCAN_PROJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/scan.h"

/* Sets s->next to parent's member of that name, which begins at offset. */
int scan_project(struct scan *s, struct node *parent, const char *name,
    size_t len, uint64_t offset);

/* Sets s->next to what the element that comes next in l, at p or after it, is
 * selected as; l has a node. */
int scan_element(struct scan *s, const struct level *l, const char *p);

/* The value of s->next, which is set, begins at p: a record, a capture, or a
 * step on the way there. */
int scan_begin(struct scan *s, const char *p);

/* An object's or array's level is opened at p. */
int scan_open(struct scan *s, const char *p, bool object);

/* The object at work, whose level has a node, ends at p without a member.
 * With all members selected {} may be a column: if no record has members there,
 * or if others have something else. */
int scan_empty(struct scan *s, const char *p);

#endif
