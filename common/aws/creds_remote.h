/*
 * creds_remote: credentials that the container or the instance gives.
 *
 * Both are asked over HTTP (creds_ask), never through a proxy.  Failures are 75
 * when nobody answers or the stop descriptor (-1: none) ends the wait, else 77.
 */
#ifndef AWS_CREDS_REMOTE_H
#define AWS_CREDS_REMOTE_H

#include "base/diag.h"
#include "aws/creds_secret.h"
#include "http/http.h"

struct creds_remote {
	struct http *http;
	char *url;		/* the container's or the instance's */
	char shown[256];	/* the same for messages */
};

/* The container endpoint; one of relative and full is NULL.  trust: as in
 * creds_client. */
int creds_container_open(struct creds_remote *r, const char *relative,
    const char *full, struct trust *trust, struct err *e);
int creds_container(struct creds_remote *r, int stop, struct creds_secret *s,
    struct err *e);

/* EC2: $AWS_EC2_METADATA_SERVICE_ENDPOINT, else 169.254.169.254. */
int creds_instance_open(struct creds_remote *r, struct trust *trust,
    struct err *e);
int creds_instance(struct creds_remote *r, int stop, struct creds_secret *s,
    struct err *e);

void creds_remote_close(struct creds_remote *r);

#endif
