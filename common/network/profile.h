/*
 * profile: the files in which the AWS tools keep settings, by profile.
 *
 * ~/.aws/credentials ($AWS_SHARED_CREDENTIALS_FILE) has sections [name],
 * ~/.aws/config ($AWS_CONFIG_FILE) has [profile name] and [default].  Lines
 * are "key = value"; # and ; begin comments, at a line's start or behind a
 * blank.  Indented lines are settings below the line before them that is not:
 * "s3 =", then "  addressing_style = path".
 * Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials
 * files".
 */
#ifndef NETWORK_PROFILE_H
#define NETWORK_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct profile {
	const char *name;
	char *credentials, *config;	/* the files' texts, "" without one */
	bool found;			/* one of them has the profile */
};

/* Reads both files.  name NULL: $AWS_PROFILE, else "default".  A file that
 * does not exist is empty; one that cannot be read is an error (77). */
int profile_open(struct profile *p, const char *name, struct err *e);
void profile_close(struct profile *p);	/* wipes */

/*
 * A setting, first from the credentials file, then from the config file; for
 * the caller to free.  NULL: not set, or empty, or no memory.
 */
char *profile_get(const struct profile *p, const char *key);

/* The same for a setting below another one: "s3", "addressing_style". */
char *profile_get_below(const struct profile *p, const char *outer,
    const char *key);

/* A setting for one service ("s3", "endpoint_url") in the section [services
 * name] that the profile's setting services names. */
char *profile_service(const struct profile *p, const char *service,
    const char *key);

/* Pure: the value of key in section (without brackets) of a file's text, on the
 * top level (outer NULL) or below outer. */
char *profile_find(const char *text, const char *section, const char *outer,
    const char *key, bool *has_section);

#endif
