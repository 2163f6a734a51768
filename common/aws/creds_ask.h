/*
 * creds_ask: a question about credentials over HTTP, asked up to four times.
 */
#ifndef AWS_CREDS_ASK_H
#define AWS_CREDS_ASK_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/window.h"
#include "http/http.h"
#include "http/trust.h"

/* Makes a client that waits ms milliseconds for a connection or for a byte, and
 * five times as long for a whole answer; NULL with e.  trust has the
 * certificates to trust (NULL: the system's), and must outlive the client. */
struct http *creds_client(long ms, bool no_proxy, struct trust *trust,
    struct err *e);

/*
 * Asks until there is an answer, or no use in asking again.  question has the
 * method, url, headers and body; shown is its URL for messages, without
 * secrets.  0 for status 200, else -1: 75 when nobody answers or the stop
 * descriptor (-1: none) ends the wait, 77 otherwise.  The answer's body is in
 * the window, whatever the status (*status, which may be NULL; 0: none came).
 * creds_forget wipes and frees it in any case.
 */
int creds_ask(struct http *http, int stop, const struct http_call *question,
    const char *shown, struct window *answer, int *status, struct err *e);
void creds_forget(struct window *answer);

#endif
