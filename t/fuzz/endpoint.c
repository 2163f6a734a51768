/* Names of objects and addresses of buckets, fed with anything: "name region
 * url", and a byte of flags in front. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "aws/s3_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What goes into a request's head: no byte ends it. */
static void
check_line(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			abort();
}

static void
reach(const char *bucket, unsigned flags, const char *region, const char *url)
{
	const struct endpoint_config c = { .url = url, .region = region,
		.style = (enum endpoint_style)(flags % 4 % 3),
		.dualstack = (flags & 4) != 0, .fips = (flags & 8) != 0 };
	struct err e = ERR_NONE;
	struct endpoint p;

	if (endpoint_make(&p, &c, bucket, &e) != 0)
		return;
	check_line(p.origin);
	check_line(p.host);
	check_line(p.region);
	if (p.bucket_in_path && c.style == ENDPOINT_VIRTUAL)
		abort();
	if (!p.bucket_in_path && c.style == ENDPOINT_PATH)
		abort();
	endpoint_free(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_NONE;
	struct s3_name n;
	char *text, *region, *url, *at = NULL, *name;

	if (size == 0 || (text = strndup((const char *)data + 1,
	    size - 1)) == NULL)
		return 0;
	name = strtok_r(text, "\n", &at);
	region = strtok_r(NULL, "\n", &at);
	url = strtok_r(NULL, "\n", &at);
	if (name != NULL && s3_name_parse_prefix(&n, name, &e) == 0) {
		check_line(n.bucket);
		reach(n.bucket, data[0], region == NULL ? "us-east-1" :
		    region, url);
		s3_name_free(&n);
	}
	free(text);
	return 0;
}
