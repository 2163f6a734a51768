/* ARNs, field by field. */
#include <stdio.h>
#include <string.h>

#include "aws/access_point.h"

enum { FIELDS = 6 };		/* arn:partition:service:region:account:resource */

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define RESOURCE "accesspoint"

struct field {
	const char *at;
	size_t len;
};

bool
access_point_is(const char *bucket)
{
	return strncmp(bucket, "arn:", 4) == 0;
}

/* The first five fields up to their colons, and the rest. */
static bool
divide(const char *arn, size_t len, struct field f[FIELDS])
{
	const char *end = arn + len;

	for (int i = 0; i < FIELDS - 1; i++) {
		const char *colon = memchr(arn, ':', (size_t)(end - arn));

		if (colon == NULL)
			return false;
		f[i] = (struct field){ arn, (size_t)(colon - arn) };
		arn = colon + 1;
	}
	f[FIELDS - 1] = (struct field){ arn, (size_t)(end - arn) };
	return true;
}

size_t
access_point_length(const char *text)
{
	struct field f[FIELDS];
	const char *p;

	if (!divide(text, strlen(text), f))
		return strlen(text);
	p = f[FIELDS - 1].at;
	p += strcspn(p, ":/");
	if (*p != '\0')
		p++;
	return (size_t)(p - text) + strcspn(p, "/");
}

static bool
is(struct field f, const char *text)
{
	return f.len == strlen(text) && memcmp(f.at, text, f.len) == 0;
}

/* Nothing but those characters, and something. */
static bool
consists(struct field f, const char *characters)
{
	for (size_t i = 0; i < f.len; i++)
		if (f.at[i] == '\0' || strchr(characters, f.at[i]) == NULL)
			return false;
	return f.len > 0;
}

/* Why these are not spoken to; NULL: no reason is known. */
static const char *
reason(const struct field f[FIELDS])
{
	if (is(f[2], "s3-outposts"))
		return "S3 on Outposts is another service";
	if (is(f[2], "s3-object-lambda"))
		return "an access point of Object Lambda takes no uploads";
	if (is(f[2], "s3express"))
		return "directory buckets (S3 Express One Zone) want sessions";
	if (is(f[2], "s3") && f[3].len == 0 && f[4].len > 0)
		return "an access point of several regions wants another "
		    "signature (SigV4A)";
	return NULL;
}

int
access_point_parse(struct access_point *p, const char *arn, size_t len,
    struct err *e)
{
	const size_t resource = strlen(RESOURCE);
	struct field f[FIELDS], name = { NULL, 0 };
	const char *why = NULL;
	bool whole = divide(arn, len, f);
	int shown = len < 200 ? (int)len : 200;

	if (whole)
		why = reason(f);
	if (why != NULL)
		return err_set(e, EXIT_USAGE, "'%.*s' cannot be used: %s",
		    shown, arn, why);
	if (whole && f[5].len > resource &&
	    memcmp(f[5].at, RESOURCE, resource) == 0 &&
	    strchr(":/", f[5].at[resource]) != NULL)
		name = (struct field){ f[5].at + resource + 1,
		    f[5].len - resource - 1 };
	if (!whole || !is(f[0], "arn") || !consists(f[1], LOWER "-") ||
	    !is(f[2], "s3") || !consists(f[3], LOWER DIGITS "-") ||
	    f[4].len != 12 || !consists(f[4], DIGITS) ||
	    !consists(name, LOWER DIGITS "-") || name.at[0] == '-' ||
	    name.len + 1 + f[4].len >= sizeof p->host ||
	    f[3].len >= sizeof p->region)
		return err_set(e, EXIT_USAGE, "not the ARN of an access point "
		    "'%.*s': arn:aws:s3:region:account:accesspoint/name",
		    shown, arn);
	snprintf(p->host, sizeof p->host, "%.*s-%.*s", (int)name.len, name.at,
	    (int)f[4].len, f[4].at);
	snprintf(p->region, sizeof p->region, "%.*s", (int)f[3].len, f[3].at);
	return 0;
}
