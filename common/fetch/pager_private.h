/*
 * pager_private: how the two parts of pager set the URL of the next request:
 * configuration and start (pager.c), and what a page says (pager_take.c).
 * Nobody else includes it.
 */
#ifndef FETCH_PAGER_PRIVATE_H
#define FETCH_PAGER_PRIVATE_H

#include "fetch/pager.h"

/* Begins the name of a header in place of a path. */
#define PAGER_HEADER "header:"

/* The next request is for url, which becomes the pager's; -1 for NULL. */
int pager_set_url(struct pager *p, char *url);

/* The same for the last URL with another number in the parameter name.  -1 as
 * url_query_set. */
int pager_set_number(struct pager *p, const char *name, uint64_t value,
    struct err *e);

#endif
