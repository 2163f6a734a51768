/*
 * creds_source: what the sources of credentials share with those who choose
 * among them.  For the files of creds alone.
 */
#ifndef AWS_CREDS_SOURCE_H
#define AWS_CREDS_SOURCE_H

#include "aws/creds.h"
#include "aws/creds_remote.h"
#include "aws/creds_secret.h"
#include "aws/sts.h"

struct creds {
	const char *source;		/* its name; NULL: none is chosen yet */
	struct creds_secret now;
	int64_t due;			/* fetch again at; 0: never */
	struct creds_remote remote;
	struct sts sts;
	struct trust *trust;	/* the caller's; NULL: the system's */
	struct creds *base;		/* who assumes the role; NULL: none */
	char *process;			/* credential_process */
	int stop;			/* ends waits; -1: none */
	/* Fills s from the source; NULL: there is nothing to fetch. */
	int (*fetch)(struct creds *c, int64_t now, struct creds_secret *s,
	    struct err *e);
};

/* Each makes c the credentials of one source: 0, or -1 with e.  Nothing is
 * fetched yet. */
int creds_use_environment(struct creds *c, struct err *e);
int creds_use_container(struct creds *c, struct err *e);
int creds_use_instance(struct creds *c, struct err *e);
int creds_use_web(struct creds *c, const struct creds_config *config,
    const struct sts_role *role, struct err *e);

/* The credentials c->base, which the caller sets afterwards, assume the role.
 */
int creds_use_role(struct creds *c, const struct creds_config *config,
    const struct sts_role *role, struct err *e);

/* A command prints the credentials; the string is copied. */
int creds_use_process(struct creds *c, const char *command, struct err *e);

/* Takes the source that config's profile names; 1: it names none. */
int creds_use_profile(struct creds *c, const struct creds_config *config,
    struct err *e);

#endif
