/*
 * oauth: tokens by OAuth 2.0, client credentials (RFC 6749, 4.4): a program that
 * signs in by itself.
 *
 * A token is asked for when the first request needs it, again before it expires,
 * and once more after an answer with 401.  It goes where the user's headers go
 * (http_policy.h), its secret to the token endpoint only.
 */
#ifndef FETCH_OAUTH_H
#define FETCH_OAUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "http/http.h"

/* Parameters of one's own: audience, resource and the like. */
enum { OAUTH_PARAMS = 16 };

/* What the options say; strings are lent. */
struct oauth_config {
	const char *token_url;	/* NULL: there is no OAuth */
	const char *client_id, *secret_env, *secret_file;
	const char *scope;	/* or NULL */
	bool in_body;		/* id and secret are members of the form, not
				 * HTTP's Basic */
	char *params[OAUTH_PARAMS];	/* "name=value", n_params of them; the
					 * last of a name counts */
	size_t n_params;
};

/* -1 with 64: something is missing, or too much. */
int oauth_check(const struct oauth_config *c, struct err *e);

struct oauth;

/* Reads the secret.  http is what the API's client is told: certificates, proxy
 * and times are the same.  NULL with e: 64, or 77 for the secret. */
struct oauth *oauth_open(const struct oauth_config *c,
    const struct http_config *http, int64_t deadline, struct err *e);
void oauth_close(struct oauth *o);	/* wipes; NULL is fine */

/*
 * The header "Authorization: Bearer …", lent until the next call, and the token's
 * number (struct http_policy's authorize).  -1 with e: 77 the endpoint refuses,
 * or gives no token of that type; 75 it cannot be reached, after the retries; 69
 * its answer is no JSON.
 */
int oauth_header(void *oauth, const char **header, unsigned *number,
    struct err *e);

/* The token of that number was refused (401).  True: there is, or will be,
 * another one; false: no request had it before, so another one would be of no
 * use. */
bool oauth_renew(void *oauth, unsigned number);

#endif
