/* The chain of credentials' sources, and how they are kept fresh. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/window.h"
#include "network/creds.h"
#include "network/creds_remote.h"
#include "network/creds_secret.h"
#include "network/profile.h"

enum { FRESH_SECONDS = 10 * 60, OUTPUT_MAX = 64 * 1024 };

struct creds {
	const char *source;
	struct creds_secret now;
	int64_t due;			/* fetch again at; 0: never */
	struct creds_remote remote;
	char *process;			/* credential_process */
	/* Fills s from the source; NULL: there is nothing to fetch. */
	int (*fetch)(struct creds *c, struct creds_secret *s, struct err *e);
};

static int
no_memory(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "cannot keep credentials: no memory");
}

static const char *
environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

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
fetch_process(struct creds *c, struct creds_secret *s, struct err *e)
{
	char *command[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" },
		c->process, NULL };
	struct input in = { .fd = -1 };
	struct window w;
	int rc;

	if (window_init(&w, OUTPUT_MAX) != 0)
		return no_memory(e);
	rc = input_open(&in, NULL, command, e);
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
fetch_container(struct creds *c, struct creds_secret *s, struct err *e)
{
	return creds_container(&c->remote, s, e);
}

static int
fetch_instance(struct creds *c, struct creds_secret *s, struct err *e)
{
	return creds_instance(&c->remote, s, e);
}

static int
fetch_web(struct creds *c, struct creds_secret *s, struct err *e)
{
	return creds_web(&c->remote, s, e);
}

static void
fetched_by(struct creds *c, const char *source,
    int (*fetch)(struct creds *, struct creds_secret *, struct err *))
{
	c->source = source;
	c->fetch = fetch;
	c->due = 1;
}

static int
open_web(struct creds *c, const char *role, const char *token_file,
    const char *session, const char *region, struct err *e)
{
	if (role == NULL)
		return err_set(e, EXIT_AUTH, "a web identity token is set, "
		    "but no role");
	fetched_by(c, "web identity", fetch_web);
	return creds_web_open(&c->remote, role, token_file, session, region,
	    e);
}

/* What a profile has: 1 nothing, 0 taken, -1 with e. */
static int
open_profile(struct creds *c, const struct profile *p, const char *region,
    struct err *e)
{
	char *token_file = profile_get(p, "web_identity_token_file");
	char *role = profile_get(p, "role_arn");
	char *session = profile_get(p, "role_session_name");
	char *id = profile_get(p, "aws_access_key_id");
	char *secret = profile_get(p, "aws_secret_access_key");
	char *token = profile_get(p, "aws_session_token");
	int rc = 1;

	c->process = profile_get(p, "credential_process");
	if (token_file != NULL) {
		rc = open_web(c, role, token_file, session, region, e);
	} else if (role != NULL) {
		rc = err_set(e, EXIT_AUTH, "profile '%s' assumes a role from "
		    "another profile: use credential_process", p->name);
	} else if (id != NULL && secret != NULL) {
		c->source = "profile";
		rc = creds_keep(&c->now, id, secret, token, e);
	} else if (c->process != NULL) {
		fetched_by(c, "credential_process", fetch_process);
		rc = 0;
	}
	free(token_file);
	free(role);
	free(session);
	creds_wipe_text(&id);
	creds_wipe_text(&secret);
	creds_wipe_text(&token);
	return rc;
}

static int
try_profile(struct creds *c, const char *name, const char *region,
    struct err *e)
{
	struct profile p;
	int rc;

	if (profile_open(&p, name, e) != 0)
		return -1;
	rc = open_profile(c, &p, region, e);
	if (rc == 1 && !p.found && (name != NULL ||
	    environment("AWS_PROFILE") != NULL))
		rc = err_set(e, EXIT_AUTH, "there is no profile '%s'", p.name);
	profile_close(&p);
	return rc;
}

/* Where the machine gives them. */
static int
open_machine(struct creds *c, struct err *e)
{
	const char *relative =
	    environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");

	if (relative != NULL || full != NULL) {
		fetched_by(c, "container", fetch_container);
		return creds_container_open(&c->remote, relative, full, e);
	}
	fetched_by(c, "instance metadata", fetch_instance);
	if (creds_instance_open(&c->remote, e) == 0)
		return 0;
	return err_set(e, EXIT_AUTH, "no credentials: set AWS_ACCESS_KEY_ID "
	    "and AWS_SECRET_ACCESS_KEY or a profile, or run where there is "
	    "a role");
}

static int
choose(struct creds *c, const char *profile, const char *region,
    struct err *e)
{
	const char *id = environment("AWS_ACCESS_KEY_ID");
	const char *token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
	int rc;

	if (id != NULL && profile == NULL)
		return open_environment(c, id, e);
	if (token_file != NULL && profile == NULL)
		return open_web(c, environment("AWS_ROLE_ARN"), token_file,
		    environment("AWS_ROLE_SESSION_NAME"), region, e);
	rc = try_profile(c, profile, region, e);
	return rc == 1 ? open_machine(c, e) : rc;
}

struct creds *
creds_open(const char *profile, const char *region, struct err *e)
{
	struct creds *c = calloc(1, sizeof *c);

	if (c == NULL) {
		no_memory(e);
		return NULL;
	}
	if (choose(c, profile, region, e) != 0) {
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

	if (c->fetch(c, &fresh, e) != 0) {
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
	return true;
}

const char *
creds_source(const struct creds *c)
{
	return c->source;
}
