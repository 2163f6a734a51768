/*
 * scan_name: a member's name, from its opening quote to what it selects.
 *
 * s->name is where it begins in the fed bytes; what earlier feeds had of it
 * is in s->split.  There names are put together and decoded, up to
 * SCAN_NAME_MAX bytes: a longer one is not selected, and an error where all
 * members are.
 *
 * The names above the place at work are kept for messages, cut to SCAN_SAVED
 * bytes once their feed is gone.
 */
#ifndef JSON_SCAN_NAME_H
#define JSON_SCAN_NAME_H

#include "json/scan.h"

/* The name of a member of l ends before p: s->next is what it is selected as.
 * 0, or -1 with the error in s->e. */
int scan_member(struct scan *s, struct level *l, const char *p);

/* The feed ends at p, within a name. */
void scan_cut_name(struct scan *s, const char *p);

/* The feed ends: no level's name points into it any more. */
void scan_save_names(struct scan *s);

#endif
