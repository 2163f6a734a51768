/*
 * trust: the certificates that servers are checked with, from a file.
 *
 * OpenSSL 3.0 takes 0.13 ms to parse a certificate, and a system has 140, while
 * one is needed: all tools of a job together would spend more on that than on a
 * small input.  So a certificate is parsed when a server's chain leads to it;
 * reading the file takes a tenth of the time.
 *
 * The file is read once, whatever the number of clients and connections, so it
 * may be a pipe: `--cacert <(…)`.  libcurl would open it again for each client,
 * would wait for a FIFO that nobody writes to, and says only at the first
 * request, and only in general, what is wrong with it.
 */
#ifndef HTTP_TRUST_H
#define HTTP_TRUST_H

#include "base/diag.h"

struct trust;		/* may be used by any number of clients, one thread */

/*
 * Reads the file.  It may wait for it, so for a file of the user's it belongs
 * before stop_open (base/stop.h).  path is lent.  NULL with e: 77 for a file that
 * cannot be read, or is larger than 4 MiB; 70 without memory.
 */
struct trust *trust_read(const char *path, struct err *e);
void trust_free(struct trust *t);	/* after the clients; NULL is fine */

/*
 * For http, before the first connection that is to be checked: takes up the
 * certificates, and lists of revoked ones, in PEM (RFC 7468; what is between
 * them is ignored).  -1 with e: 77 when they are malformed or there is none, 70.
 * Of a certificate only what stands before its key is looked at here; one that
 * is malformed after that counts as missing.  May be called again.
 */
int trust_load(struct trust *t, struct err *e);

/* A connection's SSL_CTX checks with them. */
void trust_use(struct trust *t, void *ssl_ctx);

#endif
