/*
 * connpass: what is particular to the API of connpass.com, version 2: its
 * operands, its key, its way of paging.
 */
#ifndef FETCH_CONNPASS_H
#define FETCH_CONNPASS_H

#include <stdbool.h>

#include "base/diag.h"
#include "fetch/pager.h"

#define CONNPASS_BASE "https://connpass.com/api/v2"

/* ms between the starts of two requests.  The API allows one a second for each
 * key, and counts when they arrive; some take longer to reach it than others, so
 * there are 50 ms more. */
enum { CONNPASS_INTERVAL_MS = 1050 };

/* Start and count from 1, a hundred a page. */
extern const struct pager_config connpass_pager;

/* Is the operand "connpass:PATH?QUERY"? */
bool connpass_is(const char *operand);

/* 1: url is a list of the API whose root is base; 0: it is not; -1 with 70. */
int connpass_serves(const char *base, const char *url, struct err *e);

/*
 * The URL of the operand's first page under base (CONNPASS_BASE or another
 * http(s) URL).  For the caller to free; NULL with e: 64 for a malformed path
 * or base.
 */
char *connpass_url(const char *base, const char *operand, struct err *e);

/*
 * The header "X-API-Key: …" with the first line of the file, or with key if
 * file is NULL.  For the caller to wipe and free; NULL with e: 77 when there
 * is no key, or it is empty or holds a control byte; 74.
 */
char *connpass_header(const char *file, const char *key, struct err *e);

#endif
