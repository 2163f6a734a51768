/* link: Link headers (RFC 8288).  Pure. */
#ifndef HTTP_LINK_H
#define HTTP_LINK_H

#include <stddef.h>

/*
 * Finds the first link in a Link header's value that has the relation rel, and
 * gives its target as it is written there, which may be a relative reference:
 * *len bytes within value.  NULL when there is no such link.
 *
 * Relations are compared without regard to case.  A rel parameter may list
 * several of them, in quotes or without; only a link's first rel parameter
 * counts.  Links with an anchor parameter are about another page and skipped.
 */
const char *link_find(const char *value, const char *rel, size_t *len);

#endif
