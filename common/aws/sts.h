/*
 * sts: roles, asked for at AWS's Security Token Service.
 *
 * AssumeRoleWithWebIdentity shows a token from a file and is not signed;
 * AssumeRole is signed with the credentials of whoever assumes the role.  STS
 * is a public service: it is asked through a proxy where one is set.
 * Source: AWS Security Token Service API Reference.
 */
#ifndef AWS_STS_H
#define AWS_STS_H

#include <stdint.h>

#include "base/diag.h"
#include "aws/creds_secret.h"
#include "aws/endpoint.h"
#include "http/http.h"
#include "aws/sigv4.h"

/* Which role, and how; the strings are copied.  NULL: none. */
struct sts_role {
	const char *arn;
	const char *session;		/* NULL: a name of our own */
	const char *token_file;		/* web identity; NULL: AssumeRole */
	const char *external_id;	/* AssumeRole */
	const char *duration;		/* seconds, 900 to 43200; AssumeRole */
};

struct sts {
	struct http *http;
	struct endpoint endpoint;
	char *url, *region;
	char *arn, *session, *token_file, *external_id, *duration;
};

/* config says where the service is: at its url, or else at AWS in its region.
 * trust is that of creds_client. */
int sts_open(struct sts *t, const struct endpoint_config *config,
    struct trust *trust, const struct sts_role *role, struct err *e);
void sts_close(struct sts *t);		/* a zeroed one is fine */

/* The role's credentials; key NULL: by web identity.  now is for the
 * signature, in Unix seconds.  75 when nobody answers or the stop descriptor
 * (-1: none) ends the wait, else 77. */
int sts_ask(struct sts *t, const struct sigv4_key *key, int64_t now, int stop,
    struct creds_secret *s, struct err *e);

#endif
