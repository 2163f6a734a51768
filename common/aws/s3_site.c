/* s3_site: addresses, signatures, and what S3 corrects in them. */
#define _GNU_SOURCE	/* asprintf */
#include "aws/s3_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/encoding.h"
#include "base/hash.h"

/* Life. */

/* Turns to a region: where the bucket is reached, and which region signs. */
static int
turn_to(struct s3_site *s, const char *region, struct err *e)
{
	struct endpoint_config config = s->config;
	struct endpoint fresh;

	config.region = region;
	if (endpoint_make(&fresh, &config, s->name->bucket, e) != 0)
		return -1;
	endpoint_free(&s->endpoint);
	s->endpoint = fresh;
	return 0;
}

int
s3_site_open(struct s3_site *s, const struct endpoint_config *config,
    const struct s3_name *name, struct creds *creds, struct err *e)
{
	*s = (struct s3_site){ .name = name, .creds = creds,
		.config = *config };
	return turn_to(s, config->region, e);
}

void
s3_site_close(struct s3_site *s)
{
	endpoint_free(&s->endpoint);
}

int
s3_site_secret(const struct s3_site *s, struct err *e)
{
	if (s->endpoint.secure || s->endpoint.loopback)
		return 0;
	return err_set(e, EXIT_USAGE, "a key is not sent to '%s' without TLS",
	    s->endpoint.host);
}

/* Names. */

const char *
s3_site_show(const struct s3_site *s, const char *key, char shown[S3_SHOWN])
{
	snprintf(shown, S3_SHOWN, "s3://%s/%s", s->name->bucket,
	    key != NULL ? key : s->name->key);
	return shown;
}

static char *
path_of(const struct s3_site *s, const char *key)
{
	return sigv4_path(s->endpoint.prefix, s->endpoint.bucket_in_path ?
	    s->name->bucket : NULL, key != NULL ? key : s->name->key);
}

char *
s3_site_url(const struct s3_site *s)
{
	char *path = path_of(s, NULL), *url;

	if (path == NULL || asprintf(&url, "%s%s", s->endpoint.origin,
	    path) < 0)
		url = NULL;
	free(path);
	return url;
}

/* Requests. */

int
s3_site_sign(const struct s3_site *s, const struct s3_ask *ask, char **url,
    struct signed_headers *headers, struct err *e)
{
	int64_t now = (int64_t)time(NULL) + s->skew;
	struct sigv4_key key;
	char payload[SHA256_HEX] = "", *path, *query;
	uint8_t digest[SHA256_SIZE];
	int rc;

	*url = NULL;
	if (s->creds != NULL && creds_get(s->creds, now, &key, e) != 0)
		return -1;
	if (s->creds != NULL && ask->payload == NULL) {
		if (sha256_of("", 0, digest, e) != 0)
			return -1;
		hex_write(payload, digest, SHA256_SIZE);
	}
	path = path_of(s, ask->key);
	query = sigv4_query(ask->query, ask->n_query);
	if (path == NULL || query == NULL || asprintf(url, "%s%s%s%s",
	    s->endpoint.origin, path, *query == '\0' ? "" : "?", query) < 0) {
		*url = NULL;
		rc = err_memory(e);
	} else {
		const struct sigv4_request q = { .method = ask->method,
			.path = path, .query = query,
			.payload = ask->payload != NULL ? ask->payload :
			    payload,
			.region = s->endpoint.region, .service = "s3" };

		rc = signed_headers_make(headers, &q, s->endpoint.host,
		    ask->headers, ask->n_headers, s->creds == NULL ? NULL :
		    &key, now, e);
	}
	free(path);
	free(query);
	return rc;
}

/* Corrections. */

/* Takes the server's clock; only once, and only if it says something new. */
static bool
correct_clock(struct s3_site *s, const struct http_call *call)
{
	const char *date = http_header(call, "Date");
	int64_t theirs;

	if (s->skewed || date == NULL || !date_parse(date, &theirs))
		return false;
	s->skew = theirs - (int64_t)time(NULL);
	s->skewed = true;
	s->corrections++;
	return true;
}

/* Follows the bucket to its region, once. */
static bool
follow(struct s3_site *s, const struct http_call *call, const char *region)
{
	const char *header = http_header(call, "x-amz-bucket-region");
	struct err e = ERR_NONE;

	if (header != NULL)
		region = header;
	if (s->moved || region == NULL ||
	    strcmp(region, s->endpoint.region) == 0 ||
	    turn_to(s, region, &e) != 0)
		return false;
	s->moved = true;
	s->corrections++;
	return true;
}

bool
s3_site_correct(struct s3_site *s, enum s3_fault fault, unsigned corrections,
    const struct http_call *call, const char *region, bool *renewed)
{
	/* Several may be under way when the first answer brings one. */
	bool outdated = corrections != s->corrections;

	switch (fault) {
	case S3_SKEWED:
		return outdated || correct_clock(s, call);
	case S3_ELSEWHERE:
		return outdated || follow(s, call, region);
	case S3_EXPIRED:
		if (*renewed || s->creds == NULL || !creds_expired(s->creds))
			return false;
		*renewed = true;
		return true;
	default:
		return false;
	}
}
