/*
 * proxy: through which proxy a request goes, as the environment says it to
 * curl(1): http_proxy (in lower case only, for CGI's sake), https_proxy and
 * HTTPS_PROXY, all_proxy and ALL_PROXY; and no_proxy and NO_PROXY, a list of
 * hosts, domains and networks (192.0.2.0/24) for which there is none.
 *
 * libcurl would find it out by itself, and not tell: but whom a request speaks
 * to must be known before it is sent.
 */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include <stdbool.h>

/* The proxy's URL, which is the environment's; NULL: none.  host is that of
 * the request's URL, IPv6 in brackets. */
const char *proxy_for(bool secure, const char *host);

/* Is host on a list as in no_proxy? */
bool proxy_is_exempt(const char *list, const char *host);

#endif
