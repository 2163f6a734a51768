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
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct profile {
	const char *name;
	char *credentials, *config;	/* the files' texts, "" without one */
	char *section;			/* its name in the config file */
	bool found;			/* one of them has the profile */
};

/* Reads both files.  name NULL: $AWS_PROFILE, else "default".  A file that
 * does not exist is empty; one that cannot be read is an error (77). */
int profile_open(struct profile *p, const char *name, struct err *e);
void profile_close(struct profile *p);	/* wipes */

/*
 * A setting, first from the credentials file, then from the config file; *value
 * is for the caller to free, and NULL if it is not set, or empty.  0, or -1
 * with e: no memory.
 */
int profile_get(const struct profile *p, const char *key, char **value,
    struct err *e);

/* The same for a setting below another one: "s3", "addressing_style". */
int profile_get_below(const struct profile *p, const char *outer,
    const char *key, char **value, struct err *e);

/* A setting for one service ("s3", "endpoint_url") in the section [services
 * name] that the profile's setting services names. */
int profile_service(const struct profile *p, const char *service,
    const char *key, char **value, struct err *e);

/* Pure: the value of key in section (without brackets) of a file's text, on the
 * top level (outer NULL) or below outer: *len bytes in text, or NULL.
 * *has_section becomes true where the section is there. */
const char *profile_find(const char *text, const char *section,
    const char *outer, const char *key, size_t *len, bool *has_section);

#endif
