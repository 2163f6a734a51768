/* Options about an object, checked and turned into headers. */
#define _GNU_SOURCE	/* asprintf, explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/sigv4.h"
#include "base/utf8.h"
#include "s3/encoded_word.h"
#include "s3/object.h"

/* S3's limits: bytes of all metadata, tags of an object and the characters of
 * each, digits of an account's number. */
enum { METADATA_MAX = 2048, TAGS_MAX = 10, TAG_NAME_MAX = 128,
	TAG_VALUE_MAX = 256, ACCOUNT = 12 };

#define METADATA "x-amz-meta-"
#define SSE_C "x-amz-server-side-encryption-customer-"

/* What a value may be: one of a list, or anything printable. */
static const struct known {
	const char *option, *header;
	int use;
	const char *values;		/* " a b c "; NULL: free */
	bool account;			/* an account's number */
} known[] = {
	{ "acl", "x-amz-acl", OBJECT_FIRST, " " OBJECT_ACLS " ", false },
	{ "cache-control", "Cache-Control", OBJECT_FIRST, NULL, false },
	{ "content-disposition", "Content-Disposition", OBJECT_FIRST, NULL,
	    false },
	{ "content-encoding", "Content-Encoding", OBJECT_FIRST, NULL, false },
	{ "content-language", "Content-Language", OBJECT_FIRST, NULL, false },
	{ "content-type", "Content-Type", OBJECT_FIRST, NULL, false },
	{ "expected-bucket-owner", "x-amz-expected-bucket-owner", OBJECT_ALL,
	    NULL, true },
	{ "if-match", "If-Match", OBJECT_LAST, NULL, false },
	{ "no-clobber", "If-None-Match", OBJECT_LAST, " * ", false },
	{ "request-payer", "x-amz-request-payer", OBJECT_ALL, " requester ",
	    false },
	{ "sse", "x-amz-server-side-encryption", OBJECT_FIRST,
	    " " OBJECT_SSE " ", false },
	{ "sse-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id",
	    OBJECT_FIRST, NULL, false },
	{ "storage-class", "x-amz-storage-class", OBJECT_FIRST, " " OBJECT_CLASSES " ", false },
};

/* No control bytes, no blank at its ends, and all of it ASCII unless wide. */
static bool
printable(const char *value, bool wide)
{
	size_t len = strlen(value);

	if (len > 0 && (value[0] == ' ' || value[len - 1] == ' '))
		return false;
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f ||
		    (!wide && (unsigned char)*value > 0x7f))
			return false;
	return true;
}

static bool
is_account(const char *value)
{
	return strlen(value) == ACCOUNT &&
	    strspn(value, "0123456789") == ACCOUNT;
}

static bool
listed(const char *values, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = values; len > 0 &&
	    (p = strstr(p, value)) != NULL; p++)
		if (p[-1] == ' ' && p[len] == ' ')
			return true;
	return false;
}

/* A header's value, or NULL. */
static const char *
value_of(const struct object *o, const char *header)
{
	size_t len = strlen(header);

	for (size_t i = 0; i < o->n; i++)
		if (strncasecmp(o->headers[i].text, header, len) == 0 &&
		    o->headers[i].text[len] == ':')
			return o->headers[i].text + len + 2;
	return NULL;
}

static bool
has(const struct object *o, const char *header)
{
	return value_of(o, header) != NULL;
}

static int
add(struct object *o, const char *option, const char *header,
    const char *value, int use, struct err *e)
{
	if (has(o, header))
		return err_set(e, EXIT_USAGE, "%s is given twice", header);
	if (o->n == OBJECT_HEADERS)
		return err_set(e, EXIT_USAGE, "more than %d headers",
		    OBJECT_HEADERS);
	if (asprintf(&o->headers[o->n].text, "%s: %s", header, value) < 0)
		return err_memory(e);
	o->headers[o->n].option = option;
	o->headers[o->n++].use = use;
	return 0;
}

int
object_set(struct object *o, const char *option, const char *value,
    struct err *e)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const struct known *k = &known[i];

		if (strcmp(k->option, option) != 0)
			continue;
		if (*value == '\0' || !printable(value, false) ||
		    (k->values != NULL &&
		    !listed(k->values, value)) ||
		    (k->account && !is_account(value)))
			return err_set(e, EXIT_USAGE,
			    "--%s cannot be '%.200s'", option, value);
		return add(o, k->option, k->header, value, k->use, e);
	}
	return err_set(e, EXIT_INTERNAL, "no such option '%s'", option);
}

/* Bytes of user metadata as S3 counts them, names and values. */
static size_t
metadata_size(const struct object *o)
{
	size_t all = 0;

	for (size_t i = 0; i < o->n; i++)
		if (strncasecmp(o->headers[i].text, METADATA,
		    sizeof METADATA - 1) == 0)
			all += strlen(o->headers[i].text) -
			    (sizeof METADATA - 1) - 2;
	return all;
}

/* What is not ASCII goes as RFC 2047 has it: Amazon refuses the signature of raw
 * UTF-8, and others take it for Latin-1. */
static int
add_metadata(struct object *o, const char *header, const char *value,
    struct err *e)
{
	char *words;
	int rc;

	if (printable(value, false))
		return add(o, "metadata", header, value, OBJECT_FIRST, e);
	if ((words = encoded_word(value)) == NULL)
		return err_memory(e);
	rc = add(o, "metadata", header, words, OBJECT_FIRST, e);
	free(words);
	return rc;
}

/* Does a value go on with another name=value, as the AWS CLI takes them? */
static bool
lists_pairs(const char *value, char separator)
{
	const char *next = strchr(value, separator);
	size_t name = next == NULL ? 0 : strspn(next + 1, "-_0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return name > 0 && next[1 + name] == '=';
}

/* Names are part of a header's name: a token.  S3 keeps them in lower case. */
int
object_add_metadata(struct object *o, const char *pair, struct err *e)
{
	const char *equals = strchr(pair, '=');
	size_t name = equals == NULL ? 0 : (size_t)(equals - pair);
	char *header;
	int rc;

	if (name == 0 || strspn(pair, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") < name)
		return err_set(e, EXIT_USAGE, "--metadata is no name=value: "
		    "'%.200s'", pair);
	if (!printable(equals + 1, true) || utf8_check(equals + 1,
	    strlen(equals + 1)) < strlen(equals + 1))
		return err_set(e, EXIT_USAGE, "--metadata: the value of "
		    "'%.200s' is not UTF-8, or has control characters, or "
		    "blanks at its ends", pair);
	if (lists_pairs(equals + 1, ','))
		return err_set(e, EXIT_USAGE, "--metadata takes one name=value; "
		    "give it once for each of '%.200s'", pair);
	if (asprintf(&header, METADATA "%.*s", (int)name, pair) < 0)
		return err_memory(e);
	if (strcasecmp(header, OBJECT_TOKEN) == 0)
		rc = err_set(e, EXIT_USAGE, "--metadata: the name s3put-id is "
		    "for s3put's own use");
	else
		rc = add_metadata(o, header, equals + 1, e);
	free(header);
	return rc == 0 && metadata_size(o) > METADATA_MAX ?
	    err_set(e, EXIT_USAGE, "more than %d bytes of metadata",
	    METADATA_MAX) : rc;
}

static bool
has_tag(const struct object *o, const char *encoded)
{
	size_t len = strlen(encoded);

	for (const char *p = o->tags; p != NULL; p = strchr(p, '&')) {
		p += *p == '&';
		if (strncmp(p, encoded, len) == 0 && p[len] == '=')
			return true;
	}
	return false;
}

int
object_add_tag(struct object *o, const char *pair, struct err *e)
{
	const char *equals = strchr(pair, '=');
	char *name, *encoded, *value, *more;
	unsigned before = o->tags != NULL;
	int made;

	if (equals == NULL || equals == pair ||
	    equals - pair > TAG_NAME_MAX || strlen(equals + 1) > TAG_VALUE_MAX)
		return err_set(e, EXIT_USAGE, "--tag is no name=value: "
		    "'%.200s'", pair);
	if (lists_pairs(equals + 1, '&'))
		return err_set(e, EXIT_USAGE, "--tag takes one name=value; give "
		    "it once for each of '%.200s'", pair);
	for (const char *p = o->tags; p != NULL && *p != '\0'; p++)
		before += *p == '&';
	if (before == TAGS_MAX)
		return err_set(e, EXIT_USAGE, "more than %d tags", TAGS_MAX);
	name = strndup(pair, (size_t)(equals - pair));
	encoded = name == NULL ? NULL : sigv4_encode(name, 1);
	if (encoded != NULL && has_tag(o, encoded)) {
		free(name);
		free(encoded);
		return err_set(e, EXIT_USAGE, "the tag of '%.200s' is given "
		    "twice", pair);
	}
	value = sigv4_encode(equals + 1, 1);
	made = encoded == NULL || value == NULL ? -1 : asprintf(&more,
	    "%s%s%s=%s", before ? o->tags : "", before ? "&" : "", encoded,
	    value);
	free(name);
	free(encoded);
	free(value);
	if (made < 0)
		return err_memory(e);
	free(o->tags);
	o->tags = more;
	return 0;
}

int
object_add_key(struct object *o, const char *key, const char *md5,
    struct err *e)
{
	const int use = OBJECT_FIRST | OBJECT_LAST | OBJECT_BYTES;
	const char *option = "sse-c-key-file";

	if (add(o, option, SSE_C "algorithm", "AES256", use, e) != 0 ||
	    add(o, option, SSE_C "key", key, use, e) != 0)
		return -1;
	return add(o, option, SSE_C "key-MD5", md5, use, e);
}

/* Is there something that nobody else may read? */
static bool
is_secret(const struct object *o)
{
	return has(o, SSE_C "key");
}

static const char *
type_of(const char *key)
{
	static const char *const types[][2] = {
		{ ".csv", "text/csv" }, { ".json", "application/json" },
		{ ".jsonl", "application/jsonl" },
		{ ".ndjson", "application/x-ndjson" },
		{ ".txt", "text/plain" }, { ".html", "text/html" },
		{ ".xml", "application/xml" }, { ".zip", "application/zip" },
		{ ".gz", "application/gzip" }, { ".tgz", "application/gzip" },
		{ ".zst", "application/zstd" }, { ".tar", "application/x-tar" },
		{ ".parquet", "application/vnd.apache.parquet" },
		{ ".pdf", "application/pdf" }, { ".png", "image/png" },
		{ ".jpg", "image/jpeg" }, { ".svg", "image/svg+xml" },
	};
	const char *dot = strrchr(key, '.');

	for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types;
	    i++)
		if (strcasecmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

int
object_finish(struct object *o, const char *key, struct err *e)
{
	const char *sse = value_of(o, "x-amz-server-side-encryption");

	if (has(o, "x-amz-server-side-encryption-aws-kms-key-id") &&
	    (sse == NULL || strncmp(sse, "aws:kms", 7) != 0))
		return err_set(e, EXIT_USAGE,
		    "--sse-kms-key-id needs --sse aws:kms");
	if (sse != NULL && is_secret(o))
		return err_set(e, EXIT_USAGE,
		    "--sse and --sse-c-key-file exclude each other");
	if (has(o, "If-Match") && has(o, "If-None-Match"))
		return err_set(e, EXIT_USAGE,
		    "--if-match and --no-clobber exclude each other");
	if (key == NULL)
		return 0;
	if (o->tags != NULL && add(o, "tag", "x-amz-tagging", o->tags,
	    OBJECT_FIRST, e) != 0)
		return -1;
	return has(o, "Content-Type") ? 0 : add(o, "content-type",
	    "Content-Type", type_of(key), OBJECT_FIRST, e);
}

size_t
object_headers(const struct object *o, int use, const char **list)
{
	size_t n = 0;

	for (size_t i = 0; o != NULL && i < o->n; i++)
		if (o->headers[i].use & use)
			list[n++] = o->headers[i].text;
	return n;
}

void
object_free(struct object *o)
{
	for (size_t i = 0; i < o->n; i++) {
		explicit_bzero(o->headers[i].text,
		    strlen(o->headers[i].text));
		free(o->headers[i].text);
	}
	free(o->tags);
	*o = (struct object){ 0 };
}
