/* link: Link headers (RFC 8288).  Pure. */
#ifndef HTTP_LINK_H
#define HTTP_LINK_H

/*
 * The target of the first link in the header's value that has the relation rel
 * (compared without case; a rel parameter may list several, quoted or not; only
 * the first rel parameter counts, and links with another anchor do not).  As
 * it stands, perhaps relative; for the caller to free; NULL when there is none
 * or no memory.
 */
char *link_find(const char *value, const char *rel);

#endif
