/*
 * s3_site: where requests for a bucket go, and how each is signed; and what may be
 * corrected when S3 says so: the region, and the clock.
 */
#ifndef AWS_S3_SITE_H
#define AWS_S3_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/creds.h"
#include "aws/endpoint.h"
#include "aws/s3_fault.h"
#include "aws/s3_name.h"
#include "aws/signed_headers.h"
#include "aws/sigv4.h"
#include "base/diag.h"
#include "http/http.h"

struct s3_site {
	const struct s3_name *name;	/* the bucket, and the key of requests
					 * that name none; lent */
	struct endpoint endpoint;
	struct creds *creds;		/* NULL: requests are not signed; lent */
	unsigned corrections;		/* of endpoint and skew so far */
	/* private */
	struct endpoint_config config;
	int64_t skew;			/* seconds the server is ahead of us */
	bool moved, skewed;		/* each is corrected once */
};

/* Bytes of an object's name in a message, so that the reason after it has room,
 * too. */
enum { S3_SHOWN = 200 };

/* The strings of config must stay.  -1 as endpoint_make; s3_site_close is fine
 * even so. */
int s3_site_open(struct s3_site *s, const struct endpoint_config *config,
    const struct s3_name *name, struct creds *creds, struct err *e);
void s3_site_close(struct s3_site *s);

/* 0 if what is sent there cannot be read on its way: TLS, or the loopback.  -1
 * with 64.  (The clients follow no redirect to plain HTTP: on AWS every region
 * has TLS.) */
int s3_site_secret(const struct s3_site *s, struct err *e);

/* What is asked for. */
struct s3_ask {
	const char *method;
	const char *key;		/* NULL: the site's; "": the bucket */
	const struct sigv4_pair *query;
	size_t n_query;
	const char *const *headers;	/* "name: value", all signed */
	size_t n_headers;
	const char *payload;		/* as in sigv4.h; NULL: no body */
};

/* The URL and the headers of a request that is sent now; the caller frees both,
 * after an error, too.  -1: 70, or as creds_get. */
int s3_site_sign(const struct s3_site *s, const struct s3_ask *ask, char **url,
    struct signed_headers *headers, struct err *e);

/* The URL of the site's object, without a query; the caller frees.  NULL: no
 * memory. */
char *s3_site_url(const struct s3_site *s);

/* "s3://bucket/key" of a key (NULL: the site's), cut where it is very long. */
const char *s3_site_show(const struct s3_site *s, const char *key,
    char shown[S3_SHOWN]);

/*
 * A request that was signed when the corrections were so many was answered with
 * S3_SKEWED, S3_ELSEWHERE or S3_EXPIRED (other faults: false).  region is what
 * its body says of the bucket's, or NULL; renewed: credentials were renewed for
 * this request already.  True: it is to be sent again at once, because something
 * was corrected, or had been meanwhile.
 */
bool s3_site_correct(struct s3_site *s, enum s3_fault fault,
    unsigned corrections, const struct http_call *call, const char *region,
    bool *renewed);

#endif
