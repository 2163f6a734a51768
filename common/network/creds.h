/*
 * creds: who signs, and for how long.
 *
 * The first source that is configured is taken, in the order of the AWS SDKs:
 *
 *  1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *  2. the container endpoint of ECS and EKS: AWS_CONTAINER_CREDENTIALS_
 *     RELATIVE_URI (at 169.254.170.2) or _FULL_URI, with the header from
 *     AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read anew each time) or
 *     AWS_CONTAINER_AUTHORIZATION_TOKEN
 *
 * What expires is fetched again ten minutes before, or after half its life if
 * that is later.  Metadata addresses are never asked through a proxy.  Secrets
 * are wiped when they are replaced and at the end.
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
 */
#ifndef NETWORK_CREDS_H
#define NETWORK_CREDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "network/sigv4.h"

struct creds;			/* one thread's */

/* Chooses the source from the environment; nothing is fetched yet.  NULL with
 * e: 77 when nothing is configured. */
struct creds *creds_open(struct err *e);
void creds_close(struct creds *c);

/* The key to sign with at that time (Unix seconds), fetched when it is due.
 * Its strings are valid until the next call.  77 when it cannot be had, 75
 * when the endpoint did not answer. */
int creds_get(struct creds *c, int64_t now, struct sigv4_key *key,
    struct err *e);

/* The server says that the key has expired: the next creds_get fetches.
 * False when the source has nothing newer to give. */
bool creds_expired(struct creds *c);

/* "environment", "container": for messages. */
const char *creds_source(const struct creds *c);

/* The pure parts, for the tests. */

struct creds_secret {
	char *id, *secret, *token;	/* token may be NULL; owned */
	int64_t expires;		/* Unix seconds; 0: never */
};

/* The JSON that the container endpoint gives. */
int creds_parse(struct creds_secret *s, const char *json, size_t len,
    struct err *e);
void creds_wipe(struct creds_secret *s);

/* "2016-02-25T06:03:31Z", also with a fraction or an offset; -1 otherwise. */
int64_t creds_time(const char *text);

/* May a token be sent to this URL: https anywhere, http to the loopback and
 * to the addresses that ECS and EKS use? */
bool creds_url_allowed(const char *url);

#endif
