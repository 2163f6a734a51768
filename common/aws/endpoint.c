/* The bucket's address: AWS by region, or an endpoint of the user's. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "http/address.h"
#include "aws/access_point.h"
#include "aws/endpoint.h"

enum { REGION_MAX = 63, LABEL_MAX = 63,	/* bytes; a label of a host's name */
	HOST_MAX = 255 };			/* and a name (RFC 1035, 2.3.4) */

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* What is to be reached: a bucket or an access point. */
struct place {
	const char *label;	/* its name in a host or a path */
	const char *service;	/* its service's name in AWS's hosts */
	const char *region;
	bool fixed;		/* it cannot be in the path */
};

/* Checks. */

/* A region of AWS becomes part of a host's name.  Those of other services have
 * names of all kinds (RegionOne, zg_public), and are in the signature only, where
 * slashes and commas separate them from the rest. */
static int
check_region(const char *region, bool aws, struct err *e)
{
	size_t len = strlen(region), fits = 0;

	if (aws)
		fits = strspn(region, LOWER DIGITS "-");
	else
		while (region[fits] > ' ' && region[fits] < 0x7f &&
		    strchr("/,=", region[fits]) == NULL)
			fits++;
	return len > 0 && len <= REGION_MAX && fits == len ? 0 :
	    err_set(e, EXIT_USAGE, "not a region%s '%.64s'",
	    aws ? " of AWS" : "", region);
}

/* Can the bucket be the first label of a host's name or, with dots, the first
 * ones? */
static bool
fits_host(const char *bucket, bool dots)
{
	size_t len = strlen(bucket);

	if (len == 0 || len > (dots ? HOST_MAX : LABEL_MAX))
		return false;
	for (const char *p = bucket; *p != '\0'; p++) {
		bool edge = p == bucket || p[1] == '\0' || p[-1] == '.' ||
		    p[1] == '.';

		if ((*p != '.' || !dots || edge) && (*p != '-' || edge) &&
		    strchr(LOWER DIGITS, *p) == NULL)
			return false;
	}
	return true;
}

/* AWS marks buckets that need another protocol by the ends of their names. */
static int
check_aws_bucket(const char *bucket, struct err *e)
{
	static const struct { const char *end, *why; } others[] = {
		{ "--x-s3", "directory buckets (S3 Express One Zone) want "
		    "sessions" },
		{ "--xa-s3", "directory buckets (S3 Express One Zone) want "
		    "sessions" },
		{ "--op-s3", "S3 on Outposts is another service" },
		{ "--ol-s3", "an access point of Object Lambda takes no "
		    "uploads" },
		{ ".mrap", "an access point of several regions wants another "
		    "signature (SigV4A)" },
	};
	size_t len = strlen(bucket);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		size_t n = strlen(others[i].end);

		if (len > n && strcmp(bucket + len - n, others[i].end) == 0)
			return err_set(e, EXIT_USAGE, "bucket '%.255s' cannot "
			    "be used: %s", bucket, others[i].why);
	}
	return 0;
}

/* Is the style possible? */
static int
check_style(const struct place *at, const struct endpoint_config *c,
    bool dots, struct err *e)
{
	if (at->fixed && c->style == ENDPOINT_PATH)
		return err_set(e, EXIT_USAGE, "an access point is not reached "
		    "in path style");
	if (c->style == ENDPOINT_VIRTUAL && !fits_host(at->label, dots))
		return err_set(e, EXIT_USAGE, "the bucket '%.255s' cannot be "
		    "part of a host's name%s", at->label,
		    strchr(at->label, '.') != NULL ? " over https" : "");
	return 0;
}

/* AWS. */

/* The host of a service.  dualstack: IPv6 as well as IPv4; fips: cryptography
 * that is validated to FIPS 140. */
static int
aws_host(const struct endpoint_config *c, const char *region,
    const char *service, char **host, struct err *e)
{
	bool china = strncmp(region, "cn-", 3) == 0;
	bool sts = strcmp(service, "sts") == 0;

	if (china && c->fips)
		return err_set(e, EXIT_USAGE, "there are no FIPS endpoints in "
		    "'%s'", region);
	if (asprintf(host, "%s%s%s.%s.%s%s", service, c->fips ? "-fips" : "",
	    c->dualstack && !sts ? ".dualstack" : "", region,
	    c->dualstack && sts ? china ? "api.amazonwebservices.com" :
	    "api.aws" : "amazonaws.com", china ? ".cn" : "") >= 0)
		return 0;
	*host = NULL;
	return err_memory(e);
}

static int
make_aws(struct endpoint *p, const struct endpoint_config *c,
    const struct place *at, struct err *e)
{
	char *service;

	if (check_aws_bucket(at->label, e) != 0 ||
	    check_style(at, c, false, e) != 0 ||
	    aws_host(c, at->region, at->service, &service, e) != 0)
		return -1;
	p->secure = true;
	p->bucket_in_path = !at->fixed && (c->style == ENDPOINT_PATH ||
	    !fits_host(at->label, false));
	if (asprintf(&p->host, "%s%s%s", p->bucket_in_path ? "" : at->label,
	    p->bucket_in_path ? "" : ".", service) < 0)
		p->host = NULL;
	free(service);
	if (p->host == NULL)
		return err_memory(e);
	if (asprintf(&p->origin, "https://%s", p->host) < 0) {
		p->origin = NULL;
		return err_memory(e);
	}
	return (p->prefix = strdup("")) == NULL ? err_memory(e) : 0;
}

/* A URL of the user's. */

/* 0 when there is no such part; -1 with e. */
static int
has_no_part(CURLU *u, CURLUPart part, struct err *e)
{
	char *text = NULL;
	CURLUcode why = curl_url_get(u, part, &text, 0);

	curl_free(text);
	if (why == CURLUE_OUT_OF_MEMORY)
		return err_memory(e);
	return why != CURLUE_OK ? 0 : err_set(e, EXIT_USAGE, "the endpoint's "
	    "URL has a query, a fragment or a user");
}

/* The path without the slashes at its end: the bucket follows it. */
static char *
prefix_of(const char *path)
{
	size_t len = strlen(path);

	while (len > 0 && path[len - 1] == '/')
		len--;
	return strndup(path, len);
}

/* host has IPv6 addresses in brackets. */
static bool
is_loopback(const char *host)
{
	char plain[INET6_ADDRSTRLEN] = "";
	size_t len = strcspn(host + (host[0] == '['), "]");

	if (host[0] == '[' && len < sizeof plain)
		memcpy(plain, host + 1, len);
	return strcasecmp(host, "localhost") == 0 ||
	    address_kind(*plain == '\0' ? host : plain) == ADDRESS_LOOPBACK;
}

static bool
is_address(const char *host)
{
	struct in_addr v4;

	return host[0] == '[' || inet_pton(AF_INET, host, &v4) == 1;
}

/* Makes *host a host below the one that it was. */
static int
put_in_front(const char *label, char **host, struct err *e)
{
	char *whole;

	if (is_address(*host))
		return err_set(e, EXIT_USAGE, "the endpoint '%.255s' is an "
		    "address, which has no hosts below it", *host);
	if (asprintf(&whole, "%s.%s", label, *host) < 0)
		return err_memory(e);
	free(*host);
	*host = whole;
	return 0;
}

/* Origin, host and prefix of a URL that has been checked. */
static int
from_parts(struct endpoint *p, CURLU *u, const char *label, struct err *e)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL;
	char *name = NULL;
	CURLUcode why;
	int rc = -1;

	why = curl_url_get(u, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT);
	if ((why != CURLUE_OK && why != CURLUE_NO_PORT) ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK ||
	    (name = strdup(host)) == NULL) {
		err_memory(e);
		goto out;
	}
	p->secure = strcmp(scheme, "https") == 0;
	p->loopback = is_loopback(host);
	if (label != NULL && put_in_front(label, &name, e) != 0)
		goto out;
	if (asprintf(&p->host, "%s%s%s", name, port == NULL ? "" : ":",
	    port == NULL ? "" : port) < 0)
		p->host = NULL;
	else if (asprintf(&p->origin, "%s://%s", scheme, p->host) < 0)
		p->origin = NULL;
	p->prefix = prefix_of(path);
	rc = p->host == NULL || p->origin == NULL || p->prefix == NULL ?
	    err_memory(e) : 0;
out:
	free(name);
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(path);
	return rc;
}

static int
make_custom(struct endpoint *p, const struct endpoint_config *c,
    const struct place *at, struct err *e)
{
	bool secure = strncmp(c->url, "https://", 8) == 0;
	CURLUcode why = CURLUE_UNSUPPORTED_SCHEME;
	CURLU *u;
	int rc = -1;

	p->bucket_in_path = !at->fixed && c->style != ENDPOINT_VIRTUAL;
	if (check_style(at, c, !secure, e) != 0)
		return -1;
	if ((u = curl_url()) == NULL)
		return err_memory(e);
	if (secure || strncmp(c->url, "http://", 7) == 0)
		why = curl_url_set(u, CURLUPART_URL, c->url, 0);
	if (why == CURLUE_OUT_OF_MEMORY)
		err_memory(e);
	else if (why != CURLUE_OK)
		err_set(e, EXIT_USAGE, "the endpoint is not an http or https "
		    "URL");
	else if (has_no_part(u, CURLUPART_QUERY, e) == 0 &&
	    has_no_part(u, CURLUPART_FRAGMENT, e) == 0 &&
	    has_no_part(u, CURLUPART_USER, e) == 0 &&
	    has_no_part(u, CURLUPART_PASSWORD, e) == 0)
		rc = from_parts(p, u, p->bucket_in_path ? NULL : at->label, e);
	curl_url_cleanup(u);
	return rc;
}

int
endpoint_make(struct endpoint *p, const struct endpoint_config *c,
    const char *bucket, struct err *e)
{
	struct place at = { bucket, "s3", c->region, false };
	bool custom = c->url != NULL && *c->url != '\0';
	struct access_point point;
	int rc;

	*p = (struct endpoint){ 0 };
	if (access_point_is(bucket)) {
		if (access_point_parse(&point, bucket, strlen(bucket), e) != 0)
			return -1;
		at = (struct place){ point.host, "s3-accesspoint",
			point.region, true };
	}
	if (check_region(at.region, !custom, e) != 0)
		return -1;
	if (custom && (c->fips || c->dualstack))
		return err_set(e, EXIT_USAGE, "an endpoint's URL excludes "
		    "%s endpoints", c->fips ? "FIPS" : "dualstack");
	rc = custom ? make_custom(p, c, &at, e) : make_aws(p, c, &at, e);
	if (rc == 0 && (p->region = strdup(at.region)) == NULL)
		rc = err_memory(e);
	if (rc != 0)
		endpoint_free(p);
	return rc;
}

int
endpoint_sts(const struct endpoint_config *c, char **url, struct err *e)
{
	bool government = strncmp(c->region, "us-gov-", 7) == 0;
	struct endpoint_config sts = *c;
	char *host;
	int n;

	*url = NULL;
	if (check_region(c->region, true, e) != 0)
		return -1;
	/* There the plain one is validated already. */
	sts.fips &= !government || c->dualstack;
	if (aws_host(&sts, c->region, "sts", &host, e) != 0)
		return -1;
	n = asprintf(url, "https://%s/", host);
	free(host);
	if (n >= 0)
		return 0;
	*url = NULL;
	return err_memory(e);
}

void
endpoint_free(struct endpoint *p)
{
	free(p->origin);
	free(p->host);
	free(p->prefix);
	free(p->region);
	*p = (struct endpoint){ 0 };
}
