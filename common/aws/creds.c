/* The chain of credentials' sources, and how they are kept fresh. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "aws/creds_process.h"
#include "aws/creds_source.h"
#include "aws/profile.h"

/* What expires is fetched again so long before, as the SDKs do: a part of an
 * upload is sent within it. */
enum { FRESH_SECONDS = 10 * 60 };

/* What fetches. */

static int
fetch_container(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	(void)now;
	return creds_container(&c->remote, c->stop, s, e);
}

static int
fetch_instance(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	(void)now;
	return creds_instance(&c->remote, c->stop, s, e);
}

static int
fetch_web(struct creds *c, int64_t now, struct creds_secret *s, struct err *e)
{
	return sts_ask(&c->sts, NULL, now, c->stop, s, e);
}

static int
fetch_role(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	struct sigv4_key key;

	if (creds_get(c->base, now, &key, e) != 0)
		return -1;
	return sts_ask(&c->sts, &key, now, c->stop, s, e);
}

static int
fetch_process(struct creds *c, int64_t now, struct creds_secret *s,
    struct err *e)
{
	(void)now;
	return creds_process(c->process, CREDS_PROCESS_MS, c->stop, s, e);
}

/* The first time it is due at once. */
static void
fetched_by(struct creds *c, const char *source,
    int (*fetch)(struct creds *, int64_t, struct creds_secret *,
    struct err *))
{
	c->source = source;
	c->fetch = fetch;
	c->due = 1;
}

/* Sources. */

int
creds_use_environment(struct creds *c, struct err *e)
{
	const char *id = environment("AWS_ACCESS_KEY_ID");
	const char *secret = environment("AWS_SECRET_ACCESS_KEY");
	const char *token = environment("AWS_SESSION_TOKEN");

	if (id == NULL || secret == NULL)
		return err_set(e, EXIT_AUTH, "%s is set, %s is not",
		    id == NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
		    id == NULL ? "AWS_ACCESS_KEY_ID" :
		    "AWS_SECRET_ACCESS_KEY");
	if (token == NULL)
		token = environment("AWS_SECURITY_TOKEN");	/* its old name */
	c->source = "environment";
	return creds_keep(&c->now, id, secret, token, e) == 0 ? 0 :
	    err_prefix(e, "the environment");
}

int
creds_use_container(struct creds *c, struct err *e)
{
	fetched_by(c, "container", fetch_container);
	return creds_container_open(&c->remote,
	    environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
	    environment("AWS_CONTAINER_CREDENTIALS_FULL_URI"), c->trust,
	    e);
}

int
creds_use_instance(struct creds *c, struct err *e)
{
	fetched_by(c, "instance metadata", fetch_instance);
	return creds_instance_open(&c->remote, c->trust, e);
}

int
creds_use_web(struct creds *c, const struct creds_config *config,
    const struct sts_role *role, struct err *e)
{
	if (role->arn == NULL)
		return err_set(e, EXIT_AUTH, "a web identity token is set, "
		    "but no role");
	fetched_by(c, "web identity", fetch_web);
	return sts_open(&c->sts, config->sts, c->trust, role, e);
}

int
creds_use_role(struct creds *c, const struct creds_config *config,
    const struct sts_role *role, struct err *e)
{
	fetched_by(c, "assumed role", fetch_role);
	if ((c->base = calloc(1, sizeof *c->base)) == NULL)
		return err_memory(e);
	c->base->stop = c->stop;
	c->base->trust = c->trust;
	return sts_open(&c->sts, config->sts, c->trust, role, e);
}

int
creds_use_process(struct creds *c, const char *command, struct err *e)
{
	fetched_by(c, "credential_process", fetch_process);
	return (c->process = strdup(command)) != NULL ? 0 : err_memory(e);
}

/* Where the machine gives them. */
static int
use_machine(struct creds *c, struct err *e)
{
	if (environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != NULL ||
	    environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") != NULL)
		return creds_use_container(c, e);
	if (creds_use_instance(c, e) == 0)
		return 0;
	if (e->code != EXIT_AUTH)
		return -1;
	return err_set(e, EXIT_AUTH, "no credentials: set AWS_ACCESS_KEY_ID "
	    "and AWS_SECRET_ACCESS_KEY or a profile, or run where there is "
	    "a role");
}

static int
choose(struct creds *c, const struct creds_config *config, struct err *e)
{
	const struct sts_role web = { .arn = environment("AWS_ROLE_ARN"),
		.session = environment("AWS_ROLE_SESSION_NAME"),
		.token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE") };
	int rc;

	if (!config->profile->named &&
	    (environment("AWS_ACCESS_KEY_ID") != NULL ||
	    environment("AWS_SECRET_ACCESS_KEY") != NULL))
		return creds_use_environment(c, e);
	if (!config->profile->named && web.token_file != NULL)
		return creds_use_web(c, config, &web, e);
	rc = creds_use_profile(c, config, e);
	return rc == 1 ? use_machine(c, e) : rc;
}

struct creds *
creds_open(const struct creds_config *config, struct err *e)
{
	struct creds *c = calloc(1, sizeof *c);

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->trust = config->trust;
	c->stop = config->stop == NULL ? -1 : config->stop->fd;
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
