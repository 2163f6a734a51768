/* s3_remote: settings, credentials and sites. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero */
#include "fetch/s3_remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sse_c.h"
#include "http/proxy.h"

struct s3_bucket {
	struct s3_bucket *next;
	struct s3_name name;
	struct s3_site site;
};

bool
s3_remote_is(const char *operand)
{
	return strncmp(operand, "s3://", 5) == 0;
}

bool
s3_remote_is_prefix(const char *operand)
{
	size_t len = strlen(operand);
	struct s3_name name = { 0 };
	struct err e = ERR_NONE;
	bool bare;

	if (!s3_remote_is(operand))
		return false;
	if (operand[len - 1] == '/')
		return true;
	bare = s3_name_parse_prefix(&name, operand, &e) == 0 &&
	    *name.key == '\0';
	s3_name_free(&name);
	return bare;
}

/* Settings. */

static int
add_header(struct s3_remote *r, const char *name, const char *value,
    struct err *e)
{
	char **to = &r->headers[r->n_headers];

	if (strpbrk(value, "\r\n") != NULL)
		return err_set(e, EXIT_USAGE, "there is a line break in the "
		    "value of %s", name);
	if (asprintf(to, "%s: %s", name, value) < 0) {
		*to = NULL;
		return err_memory(e);
	}
	r->n_headers++;
	return 0;
}

static int
add_key(struct s3_remote *r, const char *path, struct err *e)
{
#define SSE_C "x-amz-server-side-encryption-customer-"
	struct sse_c key;
	int rc = sse_c_read(&key, path, e);

	if (rc == 0 && (add_header(r, SSE_C "algorithm", "AES256", e) != 0 ||
	    add_header(r, SSE_C "key", key.key, e) != 0 ||
	    add_header(r, SSE_C "key-MD5", key.md5, e) != 0))
		rc = -1;
	sse_c_wipe(&key);
	return rc;
}

static void
set_endpoint(struct s3_remote *r)
{
	const struct s3_options *o = r->options;
	struct endpoint_config *to = &r->endpoint;

	*to = o->endpoint;
	if (to->url == NULL)
		to->url = r->aws.endpoint_url;
	if (to->region == NULL)
		to->region = r->aws.region;
	to->style = o->path_style ? ENDPOINT_PATH : o->virtual_hosted ?
	    ENDPOINT_VIRTUAL : r->aws.style;
	to->dualstack |= r->aws.dualstack;
	to->fips |= r->aws.fips;
}

int
s3_remote_read(struct s3_remote *r, const struct s3_options *o, struct err *e)
{
	if (r->read)
		return 0;
	r->options = o;
	if (o->path_style && o->virtual_hosted)
		return err_set(e, EXIT_USAGE, "--path-style and "
		    "--virtual-hosted exclude each other");
	if (o->payer != NULL && strcmp(o->payer, "requester") != 0)
		return err_set(e, EXIT_USAGE, "--request-payer is requester, "
		    "not '%s'", o->payer);
	r->read = true;
	if (aws_config_read(&r->aws, o->profile, e) != 0)
		return -1;
	set_endpoint(r);
	if (o->owner != NULL && add_header(r, "x-amz-expected-bucket-owner",
	    o->owner, e) != 0)
		return -1;
	if (o->payer != NULL &&
	    add_header(r, "x-amz-request-payer", o->payer, e) != 0)
		return -1;
	return o->sse_c_file == NULL ? 0 : add_key(r, o->sse_c_file, e);
}

const char *
s3_remote_ca_file(const struct s3_remote *r)
{
	return r->read ? r->aws.ca_file : NULL;
}

int
s3_remote_open(struct s3_remote *r, struct trust *trust, struct err *e)
{
	struct endpoint_config sts = r->endpoint;
	const struct creds_config config = { .profile = &r->aws.profile,
		.sts = &sts, .trust = trust };

	if (r->open)
		return 0;
	sts.url = r->aws.sts_url;
	r->open = true;
	if (r->options->no_sign)
		return 0;
	r->creds = creds_open(&config, e);
	return r->creds != NULL ? 0 : -1;
}

/* Sites. */

/* A customer's key goes neither over a line nor through a proxy that others can
 * listen to. */
static int
check_secrecy(const struct s3_remote *r, const struct s3_site *s,
    struct err *e)
{
	if (r->options->sse_c_file == NULL)
		return 0;
	if (s3_site_secret(s, e) != 0)
		return -1;
	if (!s->endpoint.secure && proxy_for(r->options->proxy,
	    false, s->endpoint.host) != NULL)
		return err_set(e, EXIT_USAGE, "a key is not sent through a "
		    "proxy without TLS");
	return 0;
}

struct s3_site *
s3_remote_site(struct s3_remote *r, const char *bucket, struct err *e)
{
	struct s3_bucket *b;

	for (b = r->buckets; b != NULL; b = b->next)
		if (strcmp(b->name.bucket, bucket) == 0)
			return &b->site;
	b = calloc(1, sizeof *b);
	if (b == NULL || (b->name.bucket = strdup(bucket)) == NULL) {
		free(b);
		err_memory(e);
		return NULL;
	}
	if (s3_site_open(&b->site, &r->endpoint, &b->name, r->creds, e) != 0 ||
	    check_secrecy(r, &b->site, e) != 0) {
		s3_site_close(&b->site);
		s3_name_free(&b->name);
		free(b);
		return NULL;
	}
	b->next = r->buckets;
	r->buckets = b;
	return &b->site;
}

void
s3_remote_close(struct s3_remote *r)
{
	struct s3_bucket *next;

	for (struct s3_bucket *b = r->buckets; b != NULL; b = next) {
		next = b->next;
		s3_site_close(&b->site);
		s3_name_free(&b->name);
		free(b);
	}
	for (size_t i = 0; i < r->n_headers; i++) {
		explicit_bzero(r->headers[i], strlen(r->headers[i]));
		free(r->headers[i]);
	}
	creds_close(r->creds);
	if (r->read)
		aws_config_free(&r->aws);
	*r = (struct s3_remote){ 0 };
}
