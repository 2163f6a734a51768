/*
 * profile: the files in which AWS's tools keep settings, by profile.
 *
 * ~/.aws/credentials ($AWS_SHARED_CREDENTIALS_FILE) has sections [name],
 * ~/.aws/config ($AWS_CONFIG_FILE) has [profile name], with quotes around the
 * name as a shell would have them, and [default].  Of several spellings of one
 * profile in the config file the last one counts.
 * Source: botocore 1.29 and 1.43, configloader.py; AWS SDKs and Tools Reference
 * Guide, "Shared config and credentials files".
 */
#ifndef AWS_PROFILE_H
#define AWS_PROFILE_H

#include <stdbool.h>

#include "base/diag.h"
#include "aws/ini.h"

struct profile_files {		/* zeroed: both are empty */
	struct ini credentials, config;
};

/* One profile of them, which must outlive it. */
struct profile {
	const struct profile_files *files;
	const char *name;
	bool named;		/* by the caller */
	bool asked;		/* by the caller, or by the environment */
	/* The profile's sections in both; NULL: it is not there. */
	const struct ini_section *in_credentials, *in_config;
};

/* Reads both files, each once: it may be a pipe.  One that does not exist is
 * empty.  -1 with e: 77 for one that cannot be read, or is malformed. */
int profile_files_read(struct profile_files *f, struct err *e);
void profile_files_free(struct profile_files *f);	/* wiped, too */

/* name NULL: $AWS_PROFILE, else $AWS_DEFAULT_PROFILE, else "default". */
void profile_select(struct profile *p, const struct profile_files *f,
    const char *name);

/* Is it in one of the files? */
bool profile_found(const struct profile *p);

/* The functions below give a value that is valid as long as the files; it is
 * NULL where the setting does not exist or is empty. */

/* A setting, first from the credentials file, then from the config file. */
const char *profile_get(const struct profile *p, const char *name);

/* The same from one of the files. */
const char *profile_get_credentials(const struct profile *p,
    const char *name);
const char *profile_get_config(const struct profile *p, const char *name);

/* A setting below another one: "s3", "addressing_style". */
const char *profile_get_below(const struct profile *p, const char *outer,
    const char *name);

/* A setting for one service ("s3", "endpoint_url") in the section [services
 * name] that the profile's setting services names; *value.  -1 with e: 77, that
 * section does not exist. */
int profile_get_service(const struct profile *p, const char *service,
    const char *name, const char **value, struct err *e);

#endif
