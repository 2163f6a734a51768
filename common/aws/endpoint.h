/*
 * endpoint: where a bucket is reached, and how its name goes into the URL.
 * Pure; URLs are parsed by libcurl's curl_url(3).
 *
 * On AWS the bucket is part of the host, unless it has a dot (then no TLS
 * certificate fits) or characters that no host has.  Elsewhere it is the first
 * segment of the path.
 */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

/* s3://bucket/key taken apart; the strings are owned. */
struct s3_name {
	char *bucket;
	char *key;
};

/* Fails with 64 for anything but a bucket of letters, digits, dots, hyphens
 * and underscores and a key of 1 to 1024 bytes of UTF-8, taken as it is. */
int s3_name_parse(struct s3_name *n, const char *url, struct err *e);

/* The same for a prefix of keys, which may be empty: s3://bucket[/prefix]. */
int s3_name_parse_prefix(struct s3_name *n, const char *url, struct err *e);
void s3_name_free(struct s3_name *n);

struct endpoint {
	char *origin;		/* "https://host[:port]" */
	char *host;		/* as in the header Host; [v6] in brackets */
	char *prefix;		/* the URL's own path, encoded; "" for none */
	bool bucket_in_path;
	bool secure;		/* https */
	bool loopback;		/* by address, or named localhost */
};

/* What leads to it; the strings are the caller's. */
struct endpoint_config {
	const char *url;	/* NULL or "": AWS */
	const char *region;
	bool path_style;
	bool dualstack, fips;	/* AWS's hosts for IPv6, and for FIPS 140 */
};

/*
 * Fails with 64 when url is not http or https, has a query, a fragment or a
 * user, or stands beside dualstack or fips; when the region is not made of
 * lower-case letters, digits and hyphens; and where there is no such host.
 */
int endpoint_make(struct endpoint *p, const struct endpoint_config *c,
    const char *bucket, struct err *e);
void endpoint_free(struct endpoint *p);

/* The URL of AWS's STS in c's region, whatever c's url; the caller frees. */
int endpoint_sts(const struct endpoint_config *c, char **url, struct err *e);

#endif
