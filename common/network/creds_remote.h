/*
 * creds_remote: credentials that are asked for over HTTP.
 *
 * Each source is asked up to four times, for at most some seconds; never
 * through a proxy, but for STS, which is a public service.  Failures are 75
 * when nobody answers, else 77.
 */
#ifndef NETWORK_CREDS_REMOTE_H
#define NETWORK_CREDS_REMOTE_H

#include "base/diag.h"
#include "network/creds_secret.h"
#include "network/http.h"

struct creds_remote {
	struct http *http;
	char *url;		/* the container's, the instance's or STS's */
	char *role, *token_file, *session; /* web identity */
};

/* The container endpoint; one of relative and full is NULL. */
int creds_container_open(struct creds_remote *r, const char *relative,
    const char *full, struct err *e);
int creds_container(struct creds_remote *r, struct creds_secret *s,
    struct err *e);

/* EC2: $AWS_EC2_METADATA_SERVICE_ENDPOINT, else 169.254.169.254. */
int creds_instance_open(struct creds_remote *r, struct err *e);
int creds_instance(struct creds_remote *r, struct creds_secret *s,
    struct err *e);

/* A role through the region's STS ($AWS_ENDPOINT_URL_STS); session NULL: a name
 * of our own. */
int creds_web_open(struct creds_remote *r, const char *role,
    const char *token_file, const char *session, const char *region,
    struct err *e);
int creds_web(struct creds_remote *r, struct creds_secret *s, struct err *e);

void creds_remote_close(struct creds_remote *r);

#endif
