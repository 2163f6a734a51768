/*
 * proxy: through which proxy a request goes, as the environment says it to
 * curl(1): http_proxy (in lower case only, for CGI's sake), https_proxy and
 * HTTPS_PROXY, all_proxy and ALL_PROXY; and no_proxy and NO_PROXY, a list of
 * hosts, domains and networks (192.0.2.0/24) for which there is none.
 *
 * libcurl would find the proxy by itself, but does not say which it will take;
 * here it must be known before a request is sent to whom it goes.
 */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include <stdbool.h>

#include "base/diag.h"

/* The URL of the proxy for a request; NULL: none.  given, unless it is NULL, is
 * taken in place of the variables but those of exceptions; "": none.  secure:
 * the request's URL is https; host is that URL's host, IPv6 in brackets.  The
 * string is given, or belongs to the environment. */
const char *proxy_for(const char *given, bool secure, const char *host);

/* Is it the URL of a proxy?  -1 with e (EXIT_USAGE): libcurl would say so, too,
 * and show the password with it. */
int proxy_check(const char *proxy, struct err *e);

/* Is host on the list, which is written like the value of no_proxy? */
bool proxy_is_exempt(const char *list, const char *host);

#endif
