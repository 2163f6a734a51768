/* What a profile has: a role, keys, or a command. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "aws/creds_source.h"
#include "aws/profile.h"

enum { CHAIN_MAX = 8 };		/* profiles that are each other's source */

/* A profile, and the ones that led to it as their source_profile. */
struct step {
	const struct creds_config *config;
	const struct profile *profile;
	const struct step *from;
};

static int take_step(struct creds *c, const struct step *step, struct err *e);

/* A role. */

/* The profile that another one names as its source. */
static int
take_source(struct creds *c, const struct step *step, const char *name,
    struct err *e)
{
	struct profile p;
	const struct step next = { step->config, &p, step };
	int rc;

	profile_select(&p, step->profile->files, name);
	rc = take_step(c, &next, e);
	if (rc != 1)
		return rc;
	return err_set(e, EXIT_AUTH, "profile '%s', the source of profile "
	    "'%s', %s", name, step->profile->name, profile_found(&p) ?
	    "has no credentials" : "does not exist");
}

/* Whose credentials assume a role. */
static int
take_base(struct creds *c, const struct step *step, const char *profile,
    const char *source, struct err *e)
{
	if (profile != NULL)
		return take_source(c, step, profile, e);
	if (strcmp(source, "Environment") == 0)
		return environment("AWS_ACCESS_KEY_ID") != NULL ?
		    creds_use_environment(c, e) :
		    err_set(e, EXIT_AUTH, "profile '%s' assumes a role from "
		    "the environment, but AWS_ACCESS_KEY_ID is not set",
		    step->profile->name);
	if (strcmp(source, "EcsContainer") == 0)
		return creds_use_container(c, e);
	if (strcmp(source, "Ec2InstanceMetadata") == 0)
		return creds_use_instance(c, e);
	return err_set(e, EXIT_AUTH, "profile '%s': credential_source is "
	    "Environment, EcsContainer or Ec2InstanceMetadata, not '%.64s'",
	    step->profile->name, source);
}

/* Has the way led here before, or is it too long to be meant? */
static int
check_way(const struct step *step, struct err *e)
{
	unsigned n = 0;

	for (const struct step *s = step->from; s != NULL; s = s->from) {
		if (strcmp(s->profile->name, step->profile->name) == 0)
			return err_set(e, EXIT_AUTH, "profile '%s' has itself "
			    "as its source", step->profile->name);
		if (++n == CHAIN_MAX)
			return err_set(e, EXIT_AUTH, "more than %d profiles "
			    "are each other's source", CHAIN_MAX);
	}
	return 0;
}

static int
take_role(struct creds *c, const struct step *step,
    const struct sts_role *role, struct err *e)
{
	const struct profile *p = step->profile;
	const char *profile = profile_get(p, "source_profile");
	const char *source = profile_get(p, "credential_source");

	if (profile_get(p, "mfa_serial") != NULL)
		return err_set(e, EXIT_AUTH, "profile '%s' wants a one-time "
		    "password (mfa_serial): use credential_process", p->name);
	if ((profile == NULL) == (source == NULL))
		return err_set(e, EXIT_AUTH, "profile '%s' has a role_arn and "
		    "%s source_profile %s credential_source", p->name,
		    profile == NULL ? "neither" : "both",
		    profile == NULL ? "nor" : "and");
	if (check_way(step, e) != 0 ||
	    creds_use_role(c, step->config, role, e) != 0)
		return -1;
	return take_base(c->base, step, profile, source, e);
}

/* Keys and commands. */

/* The keys of one of the files; 1: it has none. */
static int
take_keys(struct creds *c, const struct profile *p, const char *file,
    const char *(*get)(const struct profile *p, const char *name),
    struct err *e)
{
	const char *id = get(p, "aws_access_key_id");
	const char *secret = get(p, "aws_secret_access_key");
	const char *token = get(p, "aws_session_token");

	if (id == NULL && secret == NULL)
		return 1;
	if (id == NULL || secret == NULL)
		return err_set(e, EXIT_AUTH, "profile '%s' has no %s beside "
		    "its %s in the %s file", p->name, id == NULL ?
		    "aws_access_key_id" : "aws_secret_access_key",
		    id == NULL ? "aws_secret_access_key" :
		    "aws_access_key_id", file);
	if (token == NULL)
		token = get(p, "aws_security_token");	/* its old name */
	c->source = "profile";
	return creds_keep(&c->now, id, secret, token, e) == 0 ? 0 :
	    err_prefix(e, "profile '%s'", p->name);
}

/* 1: it has nothing.  Keys and commands come after a role, but not where
 * another profile has sent us for them. */
static int
take_step(struct creds *c, const struct step *step, struct err *e)
{
	const struct profile *p = step->profile;
	const char *process = profile_get(p, "credential_process");
	const struct sts_role role = { .arn = profile_get(p, "role_arn"),
		.session = profile_get(p, "role_session_name"),
		.external_id = profile_get(p, "external_id"),
		.duration = profile_get(p, "duration_seconds"),
		.token_file = profile_get(p, "web_identity_token_file") };
	bool keys = profile_get(p, "aws_access_key_id") != NULL ||
	    profile_get(p, "aws_secret_access_key") != NULL;
	int rc;

	if (role.token_file != NULL)
		return creds_use_web(c, step->config, &role, e);
	if (role.arn != NULL && !(keys && step->from != NULL))
		return take_role(c, step, &role, e);
	rc = take_keys(c, p, "credentials", profile_get_credentials, e);
	if (rc == 1 && process != NULL)
		return creds_use_process(c, process, e);
	if (rc == 1)
		rc = take_keys(c, p, "config", profile_get_config, e);
	if (rc == 1 && (profile_get(p, "sso_session") != NULL ||
	    profile_get(p, "sso_start_url") != NULL))
		return err_set(e, EXIT_AUTH, "profile '%s' signs in by SSO: "
		    "use credential_process = aws configure "
		    "export-credentials --profile %s --format process",
		    p->name, p->name);
	return rc;
}

int
creds_use_profile(struct creds *c, const struct creds_config *config,
    struct err *e)
{
	const struct step first = { .config = config,
		.profile = config->profile };
	int rc = take_step(c, &first, e);

	if (rc == 1 && config->profile->asked &&
	    !profile_found(config->profile))
		return err_set(e, EXIT_AUTH, "there is no profile '%s'",
		    config->profile->name);
	return rc;
}
