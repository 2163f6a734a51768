/*
 * sign_in: the header by which a user or a program shows who it is.  A secret
 * comes from a file or a variable, never from the command line, where other users
 * see it.
 */
#ifndef FETCH_SIGN_IN_H
#define FETCH_SIGN_IN_H

#include <stddef.h>

#include "base/diag.h"
#include "http/headers.h"

/* What the options say; NULL: nothing. */
struct sign_in {
	const char *user;	/* no colon in it; with a password: Basic (RFC 7617) */
	const char *password_env, *password_file;
	const char *bearer_env, *bearer_file;	/* a token (RFC 6750) */
};

/* Adds the header Authorization, if there is anything to say.  -1 with e: 64 for
 * a combination that makes no sense, 77 for a secret that is not there, or is
 * none. */
int sign_in_add(const struct sign_in *s, struct headers *h, struct err *e);

/*
 * A secret from the variable env, or if that is NULL from the first line of
 * file, which has no NUL; *len is its length (at least 1).  It is the caller's to
 * wipe and free.  NULL with e (77, or 70); option says in the message what it is
 * for.
 */
char *sign_in_secret(const char *option, const char *env, const char *file,
    size_t *len, struct err *e);

/* "Basic …" for a user and a password, for the caller to wipe and free; NULL:
 * there is no memory. */
char *sign_in_basic(const char *user, const char *password);

/* Wipes and frees a secret text; NULL is fine. */
void sign_in_wipe(char *text);

#endif
