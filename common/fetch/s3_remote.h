/*
 * s3_remote: S3 as cp-fetch speaks to it: credentials, a site for each bucket, and
 * the headers that all requests have.
 *
 * Options, environment and files are those of s3put (aws/config.h).  They are
 * read when the first object is asked for, so that other runs need none of them.
 */
#ifndef FETCH_S3_REMOTE_H
#define FETCH_S3_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/config.h"
#include "aws/creds.h"
#include "aws/s3_site.h"
#include "base/diag.h"
#include "http/trust.h"

/* What the options say. */
struct s3_options {
	const char *proxy;	/* as in http_config */
	struct endpoint_config endpoint;	/* url and region may be NULL */
	const char *profile;		/* NULL: as AWS's tools choose it */
	const char *sse_c_file;		/* a customer's key, or NULL */
	const char *owner;		/* account of the buckets, or NULL */
	const char *payer;		/* "requester", or NULL */
	bool no_sign, path_style, virtual_hosted;
};

/* Headers of all requests: three for a key, the owner, who pays. */
enum { S3_REMOTE_HEADERS = 5 };

struct s3_bucket;

struct s3_remote {		/* zeroed before s3_remote_read */
	char *headers[S3_REMOTE_HEADERS];	/* "name: value", owned */
	size_t n_headers;
	/* private */
	const struct s3_options *options;
	struct aws_config aws;
	struct endpoint_config endpoint;
	struct creds *creds;
	struct s3_bucket *buckets;	/* so far */
	bool read, open;
};

/* Is the operand "s3://…"? */
bool s3_remote_is(const char *operand);

/* Does it name no object but all below a prefix: "s3://bucket", or what ends in
 * a slash? */
bool s3_remote_is_prefix(const char *operand);

/* Reads the environment, the profile and the key's file, once; what is read
 * again is not.  -1 as aws_config_read, sse_c_read, or 64 for options that
 * exclude each other. */
int s3_remote_read(struct s3_remote *r, const struct s3_options *options,
    struct err *e);

/* The certificates' file that the environment or the profile names, or NULL. */
const char *s3_remote_ca_file(const struct s3_remote *r);

/* Chooses the credentials.  trust must stay.  -1 as creds_open. */
int s3_remote_open(struct s3_remote *r, struct trust *trust, struct err *e);

/* The site of a bucket, which stays the remote's.  NULL as s3_site_open, or with
 * 64 where a customer's key could be read on its way. */
struct s3_site *s3_remote_site(struct s3_remote *r, const char *bucket,
    struct err *e);

void s3_remote_close(struct s3_remote *r);

#endif
