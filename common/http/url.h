/*
 * url: URLs taken apart, put together and shown.  All parsing is libcurl's
 * (curl_url(3)), so what is checked here is what is connected to.  Pure.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* Bytes in a URL at most; a longer one is refused.  Servers take 8 to 64 KiB.
 */
enum { URL_MAX = 64 * 1024 };

/* 0 when url is an absolute http or https URL; else -1 with code and a text
 * that names it, masked. */
int url_check(const char *url, enum exit_code code, struct err *e);

/*
 * The URL with its host in ASCII, as the name system has it (IDNA 2008, UTS 46;
 * in any locale), for the caller to free; all else stays.  NULL with code when
 * url_check would refuse it or the host cannot be a name, or with 70.
 */
char *url_ascii(const char *url, enum exit_code code, struct err *e);

/*
 * The absolute URL that reference, absolute or relative, means on a page that
 * came from base (RFC 3986 5.2), its host in ASCII.  For the caller to free;
 * NULL with e (65) when it is malformed or neither http nor https.
 */
char *url_join(const char *base, const char *reference, struct err *e);

/* The URL with path and query of url, and all before them of origin.  For the
 * caller to free; NULL with e (64 or 70). */
char *url_move(const char *url, const char *origin, struct err *e);

/* 1: both URLs have the same scheme, host (whatever its case) and port, a
 * default port counting as written; 0: they have not, or one cannot be parsed;
 * -1 with 70. */
int url_same_origin(const char *a, const char *b, struct err *e);

/* The host as it is connected to (IPv4 in its usual form, IPv6 in brackets),
 * for the caller to free; NULL with 64. */
char *url_host(const char *url, struct err *e);

/* What a request for an absolute URL asks its server for: path and query, as
 * libcurl sends them.  For the caller to free; NULL with e (64 or 70). */
char *url_target(const char *url, struct err *e);

/* true for https. */
bool url_is_secure(const char *url);

/*
 * The first query parameter of that name (its percent-encoding does not matter),
 * percent-decoded (a plus is a space), for the caller to free; *value is NULL
 * when there is none.  -1 with e (70).
 */
int url_query_get(const char *url, const char *name, char **value,
    struct err *e);

/*
 * The URL with the parameter set to value (percent-encoded here): in place of
 * the first of that name, the others of that name removed, or at the end of the
 * query.  All else stays as it was.  name is taken as it is, but for what would
 * end it, or the query.  For the caller to free; NULL with e: 65 when it would
 * be longer than URL_MAX, 70.
 */
char *url_query_set(const char *url, const char *name, const char *value,
    struct err *e);

#endif
