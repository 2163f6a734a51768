/*
 * creds_secret: credentials as they are found, and the texts they come in.
 * Pure.
 */
#ifndef AWS_CREDS_SECRET_H
#define AWS_CREDS_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct creds_secret {
	char *id, *secret, *token;	/* token may be NULL; owned */
	int64_t expires;		/* Unix seconds; 0: never */
};

/* Copies of the three, without the white space around them; token NULL or "":
 * none.  -1 with e: 77 for an empty one and for control characters. */
int creds_keep(struct creds_secret *s, const char *id, const char *secret,
    const char *token, struct err *e);
void creds_wipe(struct creds_secret *s);

/* The JSON that the container endpoint, IMDS and credential_process give.  An
 * empty Token and Expiration are as good as none. */
int creds_parse(struct creds_secret *s, const char *json, size_t len,
    struct err *e);

/* The XML that STS gives for AssumeRole and AssumeRoleWithWebIdentity. */
int creds_parse_sts(struct creds_secret *s, const char *xml, size_t len,
    struct err *e);

/* May a token be sent to this URL: https anywhere, http to the loopback and
 * to the addresses that ECS and EKS use?  1, 0, or -1 with e (70). */
int creds_url_allowed(const char *url, struct err *e);

/* True if text has no control bytes, so that it can go into a header. */
bool creds_printable(const char *text);

/* Overwrites, frees, and sets to NULL. */
void creds_wipe_text(char **text);

#endif
