/*
 * creds: who signs, and for how long.
 *
 * The first source that is configured is taken, in the order of the AWS SDKs:
 *
 *  1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, unless a
 *     profile is named by an option
 *  2. a role by web identity: AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and
 *     AWS_ROLE_SESSION_NAME, or the same settings in the profile, through STS
 *  3. the profile's role (role_arn), assumed through STS with the credentials
 *     of its source_profile, which may have such a role in turn, or of its
 *     credential_source; external_id, role_session_name and duration_seconds
 *     go along.  Then its keys in the credentials file, its credential_process,
 *     its keys in the config file
 *  4. the container endpoint of ECS and EKS: AWS_CONTAINER_CREDENTIALS_
 *     RELATIVE_URI (at 169.254.170.2) or _FULL_URI, with the header from
 *     AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read anew each time) or
 *     AWS_CONTAINER_AUTHORIZATION_TOKEN
 *  5. the EC2 instance's metadata (IMDSv2, then v1 unless
 *     AWS_EC2_METADATA_V1_DISABLED), unless AWS_EC2_METADATA_DISABLED
 *
 * What expires is fetched again ten minutes before, or after half its life if
 * that is later.  Metadata addresses are never asked through a proxy.  Secrets
 * are wiped when they are replaced and at the end.
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
 */
#ifndef AWS_CREDS_H
#define AWS_CREDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/stop.h"
#include "aws/endpoint.h"
#include "aws/profile.h"
#include "aws/sigv4.h"
#include "http/trust.h"

struct creds;			/* one thread's */

struct creds_config {		/* what it points to is copied, but trust and
				 * stop, which must outlive the credentials */
	const struct profile *profile;
	const struct endpoint_config *sts; /* url NULL: AWS in its region */
	struct trust *trust;	/* NULL: the system's */
	const struct stop *stop; /* ends the wait for whoever gives them; it
				 * stays the caller's; NULL: nothing does */
};

/* Chooses the source; nothing is fetched yet.  NULL with e: 77 when nothing is
 * configured, or the profile cannot be followed. */
struct creds *creds_open(const struct creds_config *config, struct err *e);
void creds_close(struct creds *c);

/* The key to sign with at that time (Unix seconds), fetched when it is due.
 * Its strings are valid until the next call.  77 when it cannot be had, 75
 * when the endpoint did not answer, or stop ended the wait. */
int creds_get(struct creds *c, int64_t now, struct sigv4_key *key,
    struct err *e);

/* Call it when the server says that the key has expired: the next creds_get
 * fetches a new one.  False when the source has no newer one to give. */
bool creds_expired(struct creds *c);

/* "environment", "web identity", "assumed role", "profile",
 * "credential_process", "container", "instance metadata": for messages. */
const char *creds_source(const struct creds *c);

/* The id of the key that creds_get gave last; NULL before the first. */
const char *creds_id(const struct creds *c);

#endif
