/* The environment and the profile, setting by setting. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/environment.h"
#include "aws/profile.h"
#include "aws/config.h"

/* AWS's tools make 3 to 5 attempts.  An upload cannot be begun again by itself,
 * as its input is gone, so it is worth more of them; the pauses between ten
 * attempts are up to a minute in all. */
/* For each request.  The SDKs make three to five; a job of hours that fails for
 * one part of thousands is worth more.  A thousand last for some three hours. */
enum { ATTEMPTS = 10, ATTEMPTS_MAX = 1000 };

#define REGION "us-east-1"

/* The variable's value, else the profile's. */
static const char *
setting(const struct profile *p, const char *variable, const char *name)
{
	const char *value = environment(variable);

	return value != NULL ? value : profile_get(p, name);
}

/* A word that is true or false; NULL is false.  what is for the message. */
static int
read_flag(const char *value, const char *what, bool *flag, struct err *e)
{
	*flag = value != NULL && strcasecmp(value, "true") == 0;
	if (value == NULL || *flag || strcasecmp(value, "false") == 0)
		return 0;
	return err_set(e, EXIT_USAGE, "%s is true or false, not '%.64s'", what,
	    value);
}

static int
read_attempts(struct aws_config *s, struct err *e)
{
	const char *value = setting(&s->profile, "AWS_MAX_ATTEMPTS",
	    "max_attempts");
	char *end;
	long n = ATTEMPTS;

	if (value != NULL) {
		n = strtol(value, &end, 10);
		if (end == value || *end != '\0' || n < 1 || n > ATTEMPTS_MAX)
			return err_set(e, EXIT_USAGE, "AWS_MAX_ATTEMPTS "
			    "(max_attempts) is 1 to %d, not '%.64s'",
			    ATTEMPTS_MAX, value);
	}
	s->attempts = (unsigned)n;
	return 0;
}

static int
read_checksums(struct aws_config *s, struct err *e)
{
	const char *value = setting(&s->profile,
	    "AWS_REQUEST_CHECKSUM_CALCULATION",
	    "request_checksum_calculation");

	s->checksums = value == NULL ||
	    strcasecmp(value, "when_required") != 0;
	if (value == NULL || !s->checksums ||
	    strcasecmp(value, "when_supported") == 0)
		return 0;
	return err_set(e, EXIT_USAGE, "AWS_REQUEST_CHECKSUM_CALCULATION "
	    "(request_checksum_calculation) is when_supported or "
	    "when_required, not '%.64s'", value);
}

static int
read_style(struct aws_config *s, struct err *e)
{
	const char *style = profile_get_below(&s->profile, "s3",
	    "addressing_style");

	s->style = ENDPOINT_AUTO;
	if (style == NULL || strcasecmp(style, "auto") == 0)
		return 0;
	s->style = strcasecmp(style, "path") == 0 ? ENDPOINT_PATH :
	    ENDPOINT_VIRTUAL;
	if (s->style == ENDPOINT_PATH || strcasecmp(style, "virtual") == 0)
		return 0;
	return err_set(e, EXIT_USAGE, "addressing_style is path, virtual or "
	    "auto, not '%.64s'", style);
}

/* Where a service is, if not on AWS; variable is the one for it alone. */
static int
read_url(const struct profile *p, const char *variable, const char *service,
    const char **url, struct err *e)
{
	*url = environment(variable);
	if (*url == NULL)
		*url = environment("AWS_ENDPOINT_URL");
	if (*url == NULL && profile_get_service(p, service, "endpoint_url",
	    url, e) != 0)
		return -1;
	if (*url == NULL)
		*url = profile_get(p, "endpoint_url");
	return 0;
}

static int
read_urls(struct aws_config *s, struct err *e)
{
	const struct profile *p = &s->profile;
	bool ignored;

	if (read_flag(setting(p, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	    "ignore_configured_endpoint_urls"),
	    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS "
	    "(ignore_configured_endpoint_urls)", &ignored, e) != 0)
		return -1;
	if (ignored)
		return 0;
	if (read_url(p, "AWS_ENDPOINT_URL_S3", "s3", &s->endpoint_url, e) != 0)
		return -1;
	return read_url(p, "AWS_ENDPOINT_URL_STS", "sts", &s->sts_url, e);
}

static int
read_all(struct aws_config *s, struct err *e)
{
	const struct profile *p = &s->profile;

	s->ca_file = setting(p, "AWS_CA_BUNDLE", "ca_bundle");
	s->region = environment("AWS_REGION");
	if (s->region == NULL)
		s->region = setting(p, "AWS_DEFAULT_REGION", "region");
	if (s->region == NULL)
		s->region = REGION;
	if (read_style(s, e) != 0 || read_urls(s, e) != 0 ||
	    read_attempts(s, e) != 0 || read_checksums(s, e) != 0 ||
	    read_flag(profile_get_below(p, "s3", "payload_signing_enabled"),
	    "payload_signing_enabled", &s->sign_payload, e) != 0 ||
	    read_flag(setting(p, "AWS_USE_DUALSTACK_ENDPOINT",
	    "use_dualstack_endpoint"), "AWS_USE_DUALSTACK_ENDPOINT "
	    "(use_dualstack_endpoint)", &s->dualstack, e) != 0)
		return -1;
	return read_flag(setting(p, "AWS_USE_FIPS_ENDPOINT",
	    "use_fips_endpoint"), "AWS_USE_FIPS_ENDPOINT (use_fips_endpoint)",
	    &s->fips, e);
}

int
aws_config_read(struct aws_config *s, const char *profile, struct err *e)
{
	*s = (struct aws_config){ 0 };
	if (profile_files_read(&s->files, e) != 0)
		return -1;
	profile_select(&s->profile, &s->files, profile);
	if (read_all(s, e) == 0)
		return 0;
	aws_config_free(s);
	return -1;
}

void
aws_config_free(struct aws_config *s)
{
	profile_files_free(&s->files);
	*s = (struct aws_config){ 0 };
}
