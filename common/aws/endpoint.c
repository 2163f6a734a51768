/* The bucket's address: AWS by region, or an endpoint of the user's. */
#define _GNU_SOURCE	/* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "base/utf8.h"
#include "http/address.h"
#include "aws/endpoint.h"

enum { BUCKET_MAX = 255, KEY_MAX_BYTES = 1024, REGION_MAX = 63,
	LABEL_MAX = 63 };

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static int
check_bucket(const char *name, size_t len, struct err *e)
{
	if (len < 3 || len > BUCKET_MAX ||
	    strspn(name, LOWER UPPER DIGITS ".-_") < len)
		return err_set(e, EXIT_USAGE, "not the name of a bucket '%.*s'",
		    (int)(len > BUCKET_MAX ? BUCKET_MAX : len), name);
	return 0;
}

static int
check_key(const char *key, struct err *e)
{
	size_t len = strlen(key);

	if (len > KEY_MAX_BYTES)
		return err_set(e, EXIT_USAGE, "a key has at most %d bytes, "
		    "not %zu", KEY_MAX_BYTES, len);
	if (utf8_check(key, len) < len)
		return err_set(e, EXIT_USAGE, "the key is not UTF-8");
	return 0;
}

int
s3_name_parse_prefix(struct s3_name *n, const char *url, struct err *e)
{
	const char *bucket = url + 5, *key;
	size_t len;

	*n = (struct s3_name){ 0 };
	if (strncmp(url, "s3://", 5) != 0)
		return err_set(e, EXIT_USAGE,
		    "'%.256s' does not begin with s3://", url);
	len = strcspn(bucket, "/");
	key = bucket + len + (bucket[len] == '/');
	if (check_key(key, e) != 0 || check_bucket(bucket, len, e) != 0)
		return -1;
	n->bucket = strndup(bucket, len);
	n->key = strdup(key);
	if (n->bucket == NULL || n->key == NULL) {
		s3_name_free(n);
		return err_memory(e);
	}
	return 0;
}

int
s3_name_parse(struct s3_name *n, const char *url, struct err *e)
{
	if (s3_name_parse_prefix(n, url, e) != 0)
		return -1;
	if (*n->key != '\0')
		return 0;
	s3_name_free(n);
	return err_set(e, EXIT_USAGE, "'%.256s' names no object: "
	    "s3://bucket/key", url);
}

void
s3_name_free(struct s3_name *n)
{
	free(n->bucket);
	free(n->key);
	*n = (struct s3_name){ 0 };
}

/* Can the bucket be one label of a host name? */
static bool
is_label(const char *bucket)
{
	size_t len = strlen(bucket);

	return len <= LABEL_MAX && strspn(bucket, LOWER DIGITS "-") == len &&
	    bucket[0] != '-' && bucket[len - 1] != '-';
}

/* The name of S3 on AWS: dualstack has IPv6, too; fips has modules that are
 * validated so. */
static int
aws_host(const struct endpoint_config *c, const char *service, char **host,
    struct err *e)
{
	bool china = strncmp(c->region, "cn-", 3) == 0;
	bool sts = strcmp(service, "sts") == 0;

	if (china && c->fips)
		return err_set(e, EXIT_USAGE, "there are no FIPS endpoints in "
		    "'%s'", c->region);
	if (asprintf(host, "%s%s%s.%s.%s%s", service, c->fips ? "-fips" : "",
	    c->dualstack && !sts ? ".dualstack" : "", c->region,
	    c->dualstack && sts ? china ? "api.amazonwebservices.com" :
	    "api.aws" : "amazonaws.com", china ? ".cn" : "") >= 0)
		return 0;
	*host = NULL;
	return err_memory(e);
}

static int
make_aws(struct endpoint *p, const struct endpoint_config *c,
    const char *bucket, struct err *e)
{
	char *service;

	p->secure = true;
	p->bucket_in_path = c->path_style || !is_label(bucket);
	if (aws_host(c, "s3", &service, e) != 0)
		return -1;
	if (asprintf(&p->host, "%s%s%s", p->bucket_in_path ? "" : bucket,
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

static bool
has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

/* The path without the slashes at its end: the bucket comes behind it. */
static char *
prefix_of(const char *path)
{
	size_t len = strlen(path);

	while (len > 0 && path[len - 1] == '/')
		len--;
	return strndup(path, len);
}

/* IPv6 stands in brackets. */
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

static int
from_parts(struct endpoint *p, CURLU *u, struct err *e)
{
	char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL;
	int rc = -1;

	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK) {
		err_memory(e);
		goto out;
	}
	p->secure = strcmp(scheme, "https") == 0;
	p->loopback = is_loopback(host);
	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) !=
	    CURLUE_OK)
		port = NULL;
	if (asprintf(&p->host, "%s%s%s", host, port == NULL ? "" : ":",
	    port == NULL ? "" : port) < 0)
		p->host = NULL;
	else if (asprintf(&p->origin, "%s://%s", scheme, p->host) < 0)
		p->origin = NULL;
	p->prefix = prefix_of(path);
	rc = p->host == NULL || p->origin == NULL || p->prefix == NULL ?
	    err_memory(e) : 0;
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(path);
	return rc;
}

static int
make_custom(struct endpoint *p, const char *url, struct err *e)
{
	CURLU *u = curl_url();
	int rc = -1;

	p->bucket_in_path = true;
	if (u == NULL)
		return err_memory(e);
	if ((strncmp(url, "http://", 7) != 0 &&
	    strncmp(url, "https://", 8) != 0) ||
	    curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK)
		err_set(e, EXIT_USAGE, "the endpoint is not an http or https "
		    "URL");
	else if (has_part(u, CURLUPART_QUERY) ||
	    has_part(u, CURLUPART_FRAGMENT) || has_part(u, CURLUPART_USER) ||
	    has_part(u, CURLUPART_PASSWORD))
		err_set(e, EXIT_USAGE, "the endpoint's URL has a query, "
		    "a fragment or a user");
	else
		rc = from_parts(p, u, e);
	curl_url_cleanup(u);
	return rc;
}

static int
check_region(const char *region, struct err *e)
{
	size_t len = strlen(region);

	return len > 0 && len <= REGION_MAX &&
	    strspn(region, LOWER DIGITS "-") == len ? 0 :
	    err_set(e, EXIT_USAGE, "not a region '%.64s'", region);
}

int
endpoint_make(struct endpoint *p, const struct endpoint_config *c,
    const char *bucket, struct err *e)
{
	bool custom = c->url != NULL && *c->url != '\0';
	int rc;

	*p = (struct endpoint){ 0 };
	if (check_region(c->region, e) != 0)
		return -1;
	if (custom && (c->fips || c->dualstack))
		return err_set(e, EXIT_USAGE, "an endpoint's URL excludes "
		    "%s endpoints", c->fips ? "FIPS" : "dualstack");
	rc = custom ? make_custom(p, c->url, e) : make_aws(p, c, bucket, e);
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
	if (check_region(c->region, e) != 0)
		return -1;
	/* There the plain one is validated already. */
	sts.fips &= !government || c->dualstack;
	if (aws_host(&sts, "sts", &host, e) != 0)
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
	*p = (struct endpoint){ 0 };
}
