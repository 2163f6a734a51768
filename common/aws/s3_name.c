/* Buckets and keys, checked. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "aws/access_point.h"
#include "aws/s3_name.h"

enum { BUCKET_MAX = 255, KEY_MAX_BYTES = 1024 };	/* bytes; S3's */

#define CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "0123456789.-_"

static int
check_bucket(const char *name, size_t len, struct err *e)
{
	struct access_point unused;

	if (access_point_is(name))
		return access_point_parse(&unused, name, len, e);
	if (len < 3 || len > BUCKET_MAX || strspn(name, CHARACTERS) < len)
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
	const char *bucket, *key;
	size_t len;

	*n = (struct s3_name){ 0 };
	if (strncmp(url, "s3://", 5) != 0)
		return err_set(e, EXIT_USAGE,
		    "'%.256s' does not begin with s3://", url);
	bucket = url + 5;
	len = access_point_is(bucket) ? access_point_length(bucket) :
	    strcspn(bucket, "/");
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
