/*
 * selection: which members the user means; and an error where one that is
 * skipped holds the data of one that is meant.
 *
 * A member may be skipped only if it holds no data of others.  A hard link has
 * its data with another name: in tar with the one before it, in cpio (newc and
 * crc) with the last one.
 */
#ifndef ARCHIVE_SELECTION_H
#define ARCHIVE_SELECTION_H

#include <stdbool.h>

#include "archive/seen.h"
#include "archive/unarchive.h"

struct selection {
	char **members;		/* names or patterns (pattern.h) */
	unsigned n_members;	/* 0: all */
	char **exclude;		/* patterns of those that are left out */
	unsigned n_exclude;
	bool data;		/* data are wanted, not only names and sizes */
	/* its own: */
	bool *found;		/* one for each of members */
	struct seen waiting;	/* files of cpio that came without data */
};

/* members and so on are set, and must outlive it.  0, or -1 with 70. */
int selection_init(struct selection *s, struct err *e);
void selection_free(struct selection *s);	/* a zeroed one is fine */

/*
 * Is the member meant?  1, 0, or -1 with 65, if data are wanted, when it is a
 * hard link whose data belong to a member that is not meant, or is not meant
 * and has the data of a hard link that is.
 */
int selection_takes(struct selection *s, const struct member *m,
    struct err *e);

/* Is a member of that name meant? */
bool selection_means(const struct selection *s, const char *name);

/* 0 when each of members was there, else -1 with 65 and the first that was
 * not. */
int selection_check(const struct selection *s, struct err *e);

#endif
