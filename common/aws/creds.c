/* The chain of credentials' sources, and how they are kept fresh. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/io.h"
#include "base/window.h"
#include "aws/creds.h"
#include "aws/creds_remote.h"
#include "aws/creds_secret.h"
#include "aws/profile.h"
#include "aws/sts.h"

enum { FRESH_SECONDS = 10 * 60, OUTPUT_MAX = 64 * 1024,
	CHAIN_MAX = 8 };

struct creds {
	const char *source;
	struct creds_secret now;
	int64_t due;			/* fetch again at; 0: never */
	struct creds_remote remote;
	struct sts sts;
	struct creds *base;		/* who assumes the role; NULL: none */
	char *process;			/* credential_process */
	/* Fills s from the source; NULL: there is nothing to fetch. */
	int (*fetch)(struct creds *c, int64_t now, struct creds_secret *s,
	    struct err *e);
};

/* A profile, and the ones that led to it as their source_profile. */
struct step {
	const struct creds_config *config;
	const char *profile;
	const struct step *from;
};

/* The environment. */

static int
open_environment(struct creds *c, const char *id, struct err *e)
{
	const char *secret = environment("AWS_SECRET_ACCESS_KEY");

	if (secret == NULL)
		return err_set(e, EXIT_AUTH, "AWS_ACCESS_KEY_ID is set, "
		    "AWS_SECRET_ACCESS_KEY is not");
	c->source = "environment";
	return creds_keep(&c->now, id, secret,
	    environment("AWS_SESSION_TOKEN"), e);
}

/* A command that prints them. */

static int
read_all(struct input *in, struct window *w, struct err *e)
{
	char buf[4096];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = input_read(in, buf, sizeof buf, e)) != 0)
		rc = n < 0 ? -1 : window_write(w, buf, (size_t)n) == 0 ? 0 :
		    err_set(e, EXIT_AUTH, "it prints too much");
	explicit_bzero(buf, sizeof buf);
	return rc;
}

static int
fetch_process(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	char *command[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" },
		c->process, NULL };
	struct input in = { .fd = -1 };
	struct window w;
	int rc;

	(void)now;
	if (window_init(&w, OUTPUT_MAX) != 0)
		return err_memory(e);
	rc = input_open(&in, NULL, command, -1, e);
	if (rc == 0)
		rc = read_all(&in, &w, e);
	input_close(&in);
	if (rc == 0)
		rc = creds_parse(s, window_bytes(&w), window_size(&w), e);
	explicit_bzero((void *)(uintptr_t)window_bytes(&w), window_size(&w));
	window_free(&w);
	if (rc != 0) {
		e->code = EXIT_AUTH;
		err_prefix(e, "credential_process");
	}
	return rc;
}

/* The others. */

static int
fetch_container(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	(void)now;
	return creds_container(&c->remote, s, e);
}

static int
fetch_instance(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	(void)now;
	return creds_instance(&c->remote, s, e);
}

static int
fetch_web(struct creds *c, int64_t now, struct creds_secret *s, struct err *e)
{
	return sts_ask(&c->sts, NULL, now, s, e);
}

static int
fetch_role(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	struct sigv4_key key;

	if (creds_get(c->base, now, &key, e) != 0)
		return -1;
	return sts_ask(&c->sts, &key, now, s, e);
}

static void
fetched_by(struct creds *c, const char *source,
    int (*fetch)(struct creds *, int64_t, struct creds_secret *,
    struct err *))
{
	c->source = source;
	c->fetch = fetch;
	c->due = 1;
}

static int
open_web(struct creds *c, const struct creds_config *config,
    const struct sts_role *role, struct err *e)
{
	if (role->arn == NULL)
		return err_set(e, EXIT_AUTH, "a web identity token is set, "
		    "but no role");
	fetched_by(c, "web identity", fetch_web);
	return sts_open(&c->sts, config->sts, role, e);
}

static int
open_container(struct creds *c, struct err *e)
{
	fetched_by(c, "container", fetch_container);
	return creds_container_open(&c->remote,
	    environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
	    environment("AWS_CONTAINER_CREDENTIALS_FULL_URI"), e);
}

static int
open_instance(struct creds *c, struct err *e)
{
	fetched_by(c, "instance metadata", fetch_instance);
	return creds_instance_open(&c->remote, e);
}

/* A profile. */

enum { ROLE, SESSION, EXTERNAL_ID, DURATION, FROM_PROFILE, FROM_SOURCE, MFA,
	TOKEN_FILE, ID, SECRET, TOKEN, PROCESS, SSO_SESSION, SSO_URL, COUNT };

static const char *const keys[COUNT] = {
	[ROLE] = "role_arn", [SESSION] = "role_session_name",
	[EXTERNAL_ID] = "external_id", [DURATION] = "duration_seconds",
	[FROM_PROFILE] = "source_profile",
	[FROM_SOURCE] = "credential_source", [MFA] = "mfa_serial",
	[TOKEN_FILE] = "web_identity_token_file",
	[ID] = "aws_access_key_id", [SECRET] = "aws_secret_access_key",
	[TOKEN] = "aws_session_token", [PROCESS] = "credential_process",
	[SSO_SESSION] = "sso_session", [SSO_URL] = "sso_start_url",
};

static int take_step(struct creds *c, const struct step *step, struct err *e);

/* Whose credentials assume a role: 0, or -1 with e. */
static int
open_source(struct creds *base, const struct step *step, char *const *v,
    struct err *e)
{
	const struct step next = { step->config, v[FROM_PROFILE], step };
	const char *id = environment("AWS_ACCESS_KEY_ID");

	if (v[FROM_PROFILE] != NULL)
		return take_step(base, &next, e);
	if (strcmp(v[FROM_SOURCE], "Environment") == 0)
		return id != NULL ? open_environment(base, id, e) :
		    err_set(e, EXIT_AUTH, "profile '%s' assumes a role from "
		    "the environment, but AWS_ACCESS_KEY_ID is not set",
		    step->profile);
	if (strcmp(v[FROM_SOURCE], "EcsContainer") == 0)
		return open_container(base, e);
	if (strcmp(v[FROM_SOURCE], "Ec2InstanceMetadata") == 0)
		return open_instance(base, e);
	return err_set(e, EXIT_AUTH, "profile '%s': credential_source is "
	    "Environment, EcsContainer or Ec2InstanceMetadata, not '%.64s'",
	    step->profile, v[FROM_SOURCE]);
}

/* Has the way led here before, or is it too long to be meant? */
static int
check_way(const struct step *step, struct err *e)
{
	unsigned n = 0;

	for (const struct step *s = step->from; s != NULL; s = s->from) {
		if (strcmp(s->profile, step->profile) == 0)
			return err_set(e, EXIT_AUTH, "profile '%s' has itself "
			    "as its source", step->profile);
		if (++n == CHAIN_MAX)
			return err_set(e, EXIT_AUTH, "more than %d profiles "
			    "are each other's source", CHAIN_MAX);
	}
	return 0;
}

static int
open_role(struct creds *c, const struct step *step, char *const *v,
    struct err *e)
{
	const struct sts_role role = { .arn = v[ROLE], .session = v[SESSION],
		.external_id = v[EXTERNAL_ID], .duration = v[DURATION] };

	if (v[MFA] != NULL)
		return err_set(e, EXIT_AUTH, "profile '%s' wants a one-time "
		    "password (mfa_serial): use credential_process",
		    step->profile);
	if ((v[FROM_PROFILE] == NULL) == (v[FROM_SOURCE] == NULL))
		return err_set(e, EXIT_AUTH, "profile '%s' has a role_arn and "
		    "%s source_profile %s credential_source", step->profile,
		    v[FROM_PROFILE] == NULL ? "neither" : "both",
		    v[FROM_PROFILE] == NULL ? "nor" : "and");
	if (check_way(step, e) != 0)
		return -1;
	fetched_by(c, "assumed role", fetch_role);
	if ((c->base = calloc(1, sizeof *c->base)) == NULL)
		return err_memory(e);
	if (open_source(c->base, step, v, e) != 0)
		return -1;
	return sts_open(&c->sts, step->config->sts, &role, e);
}

/* What a profile has: 1 nothing, 0 taken, -1 with e.  Static keys stand behind
 * a role, but not where another profile has sent us for them. */
static int
take_settings(struct creds *c, const struct step *step, char **v,
    struct err *e)
{
	const struct sts_role web = { .arn = v[ROLE], .session = v[SESSION],
		.token_file = v[TOKEN_FILE] };
	bool keys_here = v[ID] != NULL && v[SECRET] != NULL;

	if (v[TOKEN_FILE] != NULL)
		return open_web(c, step->config, &web, e);
	if (v[ROLE] != NULL && !(keys_here && step->from != NULL))
		return open_role(c, step, v, e);
	if (keys_here) {
		c->source = "profile";
		return creds_keep(&c->now, v[ID], v[SECRET], v[TOKEN], e);
	}
	if (v[PROCESS] != NULL) {
		fetched_by(c, "credential_process", fetch_process);
		c->process = v[PROCESS];
		v[PROCESS] = NULL;
		return 0;
	}
	if (v[SSO_SESSION] != NULL || v[SSO_URL] != NULL)
		return err_set(e, EXIT_AUTH, "profile '%s' signs in by SSO: "
		    "use credential_process = aws configure "
		    "export-credentials --profile %s --format process",
		    step->profile, step->profile);
	return 1;
}

static int
take_profile(struct creds *c, const struct step *step,
    const struct profile *p, struct err *e)
{
	char *v[COUNT] = { NULL };
	int rc = 0;

	for (int i = 0; i < COUNT && rc == 0; i++)
		rc = profile_get(p, keys[i], &v[i], e);
	if (rc == 0)
		rc = take_settings(c, step, v, e);
	for (int i = 0; i < COUNT; i++)
		creds_wipe_text(&v[i]);
	return rc;
}

/* The profile that another one names as its source. */
static int
take_step(struct creds *c, const struct step *step, struct err *e)
{
	struct profile p;
	int rc;

	if (profile_open(&p, step->profile, e) != 0)
		return -1;
	rc = take_profile(c, step, &p, e);
	if (rc == 1)
		rc = err_set(e, EXIT_AUTH, "profile '%s', the source of "
		    "profile '%s', %s", step->profile, step->from->profile,
		    p.found ? "has no credentials" : "does not exist");
	profile_close(&p);
	return rc;
}

/* The first profile: 1 when it has nothing. */
static int
try_profile(struct creds *c, const struct creds_config *config, struct err *e)
{
	struct step first = { .config = config };
	struct profile p;
	int rc;

	if (profile_open(&p, config->profile, e) != 0)
		return -1;
	first.profile = p.name;
	rc = take_profile(c, &first, &p, e);
	if (rc == 1 && !p.found && (config->profile != NULL ||
	    environment("AWS_PROFILE") != NULL))
		rc = err_set(e, EXIT_AUTH, "there is no profile '%s'", p.name);
	profile_close(&p);
	return rc;
}

/* Where the machine gives them. */
static int
open_machine(struct creds *c, struct err *e)
{
	if (environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != NULL ||
	    environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") != NULL)
		return open_container(c, e);
	if (open_instance(c, e) == 0)
		return 0;
	return err_set(e, EXIT_AUTH, "no credentials: set AWS_ACCESS_KEY_ID "
	    "and AWS_SECRET_ACCESS_KEY or a profile, or run where there is "
	    "a role");
}

static int
choose(struct creds *c, const struct creds_config *config, struct err *e)
{
	const char *id = environment("AWS_ACCESS_KEY_ID");
	const struct sts_role web = { .arn = environment("AWS_ROLE_ARN"),
		.session = environment("AWS_ROLE_SESSION_NAME"),
		.token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE") };
	int rc;

	if (id != NULL && config->profile == NULL)
		return open_environment(c, id, e);
	if (web.token_file != NULL && config->profile == NULL)
		return open_web(c, config, &web, e);
	rc = try_profile(c, config, e);
	return rc == 1 ? open_machine(c, e) : rc;
}

struct creds *
creds_open(const struct creds_config *config, struct err *e)
{
	struct creds *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	if (choose(c, config, e) != 0) {
		creds_close(c);
		return NULL;
	}
	return c;
}

void
creds_close(struct creds *c)
{
	if (c == NULL)
		return;
	creds_wipe(&c->now);
	creds_remote_close(&c->remote);
	sts_close(&c->sts);
	creds_close(c->base);
	creds_wipe_text(&c->process);
	free(c);
}

/* Ten minutes before the end, or in the middle of a short life. */
static int64_t
due_time(int64_t expires, int64_t now)
{
	int64_t left = expires - now;

	if (expires == 0)
		return 0;
	return left / 2 < FRESH_SECONDS ? now + left / 2 + 1 :
	    expires - FRESH_SECONDS;
}

static int
refresh(struct creds *c, int64_t now, struct err *e)
{
	struct creds_secret fresh = { 0 };

	if (c->fetch(c, now, &fresh, e) != 0) {
		/* The old ones still do for a while: ask again soon. */
		if (c->now.id == NULL || c->now.expires <= now + 60)
			return -1;
		c->due = now + 60;
		return 0;
	}
	if (fresh.expires != 0 && fresh.expires <= now) {
		creds_wipe(&fresh);
		return err_set(e, EXIT_AUTH, "the credentials from the %s "
		    "have expired already", c->source);
	}
	creds_wipe(&c->now);
	c->now = fresh;
	c->due = due_time(fresh.expires, now);
	return 0;
}

int
creds_get(struct creds *c, int64_t now, struct sigv4_key *key, struct err *e)
{
	if (c->due != 0 && now >= c->due && refresh(c, now, e) != 0)
		return -1;
	*key = (struct sigv4_key){ c->now.id, c->now.secret, c->now.token };
	return 0;
}

bool
creds_expired(struct creds *c)
{
	if (c->fetch == NULL)
		return false;
	c->due = 1;
	c->now.expires = 0;
	if (c->base != NULL)
		creds_expired(c->base);
	return true;
}

const char *
creds_source(const struct creds *c)
{
	return c->source;
}

const char *
creds_id(const struct creds *c)
{
	return c->now.id;
}
