/* The environment and the profile, setting by setting. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/environment.h"
#include "aws/profile.h"
#include "aws/settings.h"

enum { ATTEMPTS = 10, ATTEMPTS_MAX = 1000 };

#define REGION "us-east-1"

/* A copy of what the environment has; NULL stays NULL. */
static int
copy(char **to, const char *value, struct err *e)
{
	*to = value == NULL ? NULL : strdup(value);
	return value == NULL || *to != NULL ? 0 : err_memory(e);
}

/* The variable's value, else the profile's; for the caller to free. */
static int
setting(const struct profile *p, const char *variable, const char *key,
    char **value, struct err *e)
{
	if (copy(value, environment(variable), e) != 0)
		return -1;
	return *value != NULL ? 0 : profile_get(p, key, value, e);
}

/* A word that is true or false; unset is false. */
static int
read_flag(const struct profile *p, const char *variable, const char *key,
    bool *flag, struct err *e)
{
	char *value;
	int rc = 0;

	if (setting(p, variable, key, &value, e) != 0)
		return -1;
	*flag = value != NULL && strcasecmp(value, "true") == 0;
	if (value != NULL && !*flag && strcasecmp(value, "false") != 0)
		rc = err_set(e, EXIT_USAGE, "%s (%s) is true or false, "
		    "not '%.64s'", variable, key, value);
	free(value);
	return rc;
}

static int
read_attempts(struct settings *s, const struct profile *p, struct err *e)
{
	char *value, *end;
	long n = ATTEMPTS;
	int rc = 0;

	if (setting(p, "AWS_MAX_ATTEMPTS", "max_attempts", &value, e) != 0)
		return -1;
	if (value != NULL) {
		n = strtol(value, &end, 10);
		if (end == value || *end != '\0' || n < 1 || n > ATTEMPTS_MAX)
			rc = err_set(e, EXIT_USAGE, "AWS_MAX_ATTEMPTS "
			    "(max_attempts) is 1 to %d, not '%.64s'",
			    ATTEMPTS_MAX, value);
	}
	s->attempts = (unsigned)n;
	free(value);
	return rc;
}

static int
read_checksums(struct settings *s, const struct profile *p, struct err *e)
{
	char *value;
	int rc = 0;

	if (setting(p, "AWS_REQUEST_CHECKSUM_CALCULATION",
	    "request_checksum_calculation", &value, e) != 0)
		return -1;
	s->checksums = value == NULL ||
	    strcasecmp(value, "when_required") != 0;
	if (value != NULL && s->checksums &&
	    strcasecmp(value, "when_supported") != 0)
		rc = err_set(e, EXIT_USAGE, "AWS_REQUEST_CHECKSUM_CALCULATION "
		    "(request_checksum_calculation) is when_supported or "
		    "when_required, not '%.64s'", value);
	free(value);
	return rc;
}

/* Where a service is, if not on AWS; variable is the one for it alone. */
static int
read_url(const struct profile *p, const char *variable, const char *service,
    char **url, struct err *e)
{
	const char *value = environment(variable);

	if (value == NULL)
		value = environment("AWS_ENDPOINT_URL");
	if (copy(url, value, e) != 0)
		return -1;
	if (*url == NULL && profile_service(p, service, "endpoint_url", url,
	    e) != 0)
		return -1;
	return *url != NULL ? 0 : profile_get(p, "endpoint_url", url, e);
}

static int
read_urls(struct settings *s, const struct profile *p, struct err *e)
{
	bool ignored;

	if (read_flag(p, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	    "ignore_configured_endpoint_urls", &ignored, e) != 0)
		return -1;
	if (ignored)
		return 0;
	if (read_url(p, "AWS_ENDPOINT_URL_S3", "s3", &s->endpoint_url, e) != 0)
		return -1;
	return read_url(p, "AWS_ENDPOINT_URL_STS", "sts", &s->sts_url, e);
}

static int
read_region(struct settings *s, const struct profile *p, struct err *e)
{
	const char *value = environment("AWS_REGION");

	if (value == NULL)
		value = environment("AWS_DEFAULT_REGION");
	if (copy(&s->region, value, e) != 0)
		return -1;
	if (s->region == NULL && profile_get(p, "region", &s->region, e) != 0)
		return -1;
	return s->region != NULL ? 0 : copy(&s->region, REGION, e);
}

static int
read_all(struct settings *s, const struct profile *p, struct err *e)
{
	char *style;

	if (profile_get_below(p, "s3", "addressing_style", &style, e) != 0)
		return -1;
	s->path_style = style != NULL && strcmp(style, "path") == 0;
	free(style);
	if (setting(p, "AWS_CA_BUNDLE", "ca_bundle", &s->ca_file, e) != 0 ||
	    read_region(s, p, e) != 0 || read_urls(s, p, e) != 0 ||
	    read_attempts(s, p, e) != 0 || read_checksums(s, p, e) != 0 ||
	    read_flag(p, "AWS_USE_DUALSTACK_ENDPOINT",
	    "use_dualstack_endpoint", &s->dualstack, e) != 0)
		return -1;
	return read_flag(p, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint",
	    &s->fips, e);
}

int
settings_read(struct settings *s, const char *profile, struct err *e)
{
	struct profile p;
	int rc;

	*s = (struct settings){ 0 };
	if (profile_open(&p, profile, e) != 0)
		return -1;
	rc = read_all(s, &p, e);
	profile_close(&p);
	if (rc != 0)
		settings_free(s);
	return rc;
}

void
settings_free(struct settings *s)
{
	free(s->endpoint_url);
	free(s->sts_url);
	free(s->region);
	free(s->ca_file);
	*s = (struct settings){ 0 };
}
