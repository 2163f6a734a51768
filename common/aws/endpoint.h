/*
 * endpoint: where a bucket is reached, and how its name goes into the URL.
 * Pure; URLs are parsed by libcurl's curl_url(3).
 *
 * On AWS the bucket is part of the host, unless it has a dot (then no TLS
 * certificate fits) or characters that no host has.  Elsewhere it is the first
 * segment of the path.  The style can change both.  An access point is always
 * part of the host, and its region is that of its ARN.
 */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct endpoint {
	char *origin;		/* "https://host[:port]" */
	char *host;		/* as in the header Host; [v6] in brackets */
	char *prefix;		/* the URL's own path, encoded; "" for none */
	char *region;		/* for the signature */
	bool bucket_in_path;
	bool secure;		/* https */
	bool loopback;		/* by address, or named localhost */
};

enum endpoint_style { ENDPOINT_AUTO,
	ENDPOINT_PATH,		/* the bucket in the path */
	ENDPOINT_VIRTUAL };	/* in the host, of a url as well */

/* What leads to it; the strings are the caller's. */
struct endpoint_config {
	const char *url;	/* NULL or "": AWS */
	const char *region;
	enum endpoint_style style;
	bool dualstack, fips;	/* AWS's hosts for IPv6, and for FIPS 140 */
};

/*
 * Fails with 64
 *  - when url is not http or https, or has a query, a fragment or a user, or is
 *    given together with dualstack or fips;
 *  - when the region cannot be one: on AWS lower-case letters, digits and
 *    hyphens, with a url any printable ASCII but slashes, commas and '=';
 *  - when the style does not fit the bucket or the url;
 *  - for buckets of AWS that need other protocols (directory buckets, S3 on
 *    Outposts, Object Lambda, several regions).
 */
int endpoint_make(struct endpoint *p, const struct endpoint_config *c,
    const char *bucket, struct err *e);
void endpoint_free(struct endpoint *p);

/* The URL of AWS's STS in c's region, whatever c's url; the caller frees. */
int endpoint_sts(const struct endpoint_config *c, char **url, struct err *e);

#endif
