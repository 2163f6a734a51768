/* link: Link headers (RFC 8288).  Pure. */
#ifndef HTTP_LINK_H
#define HTTP_LINK_H

#include <stddef.h>

/*
 * The target of the first link in the header's value that has the relation rel
 * (compared without case; a rel parameter may list several, quoted or not; only
 * the first rel parameter counts, and links with another anchor do not).  As
 * it stands, perhaps relative: *len bytes within value, or NULL when there is
 * none.
 */
const char *link_find(const char *value, const char *rel, size_t *len);

#endif
