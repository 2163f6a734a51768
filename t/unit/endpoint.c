/* Names of objects and addresses of buckets. */
#include <string.h>

#include "network/endpoint.h"
#include "tap.h"

static struct err e;

static bool
name_is(const char *url, const char *bucket, const char *key)
{
	struct s3_name n;
	bool same = s3_name_parse(&n, url, &e) == 0 &&
	    strcmp(n.bucket, bucket) == 0 && strcmp(n.key, key) == 0;

	s3_name_free(&n);
	return same;
}

static bool
name_refused(const char *url)
{
	struct s3_name n;

	return s3_name_parse(&n, url, &e) == -1 && e.code == EXIT_USAGE;
}

static void
test_names(void)
{
	char longest[5 + 3 + 1 + 1024 + 2] = "s3://b.c/";

	ok(name_is("s3://bucket/key", "bucket", "key"), "a name");
	ok(name_is("s3://b-k.x/a//b/", "b-k.x", "a//b/"), "slashes");
	ok(name_is("s3://bucket//", "bucket", "/"), "a slash as key");
	ok(name_is("s3://bucket/../?#%20", "bucket", "../?#%20"),
	    "a key is taken as it is");
	memset(longest + 9, 'k', 1024);
	ok(name_is(longest, "b.c", longest + 9), "1024 bytes");
	longest[9 + 1024] = 'k';
	ok(name_refused(longest), "1025 bytes");
	ok(name_refused("bucket/key"), "no scheme");
	ok(name_refused("S3://bucket/key"), "scheme in capitals");
	ok(name_refused("s3://bucket"), "no key");
	ok(name_refused("s3://bucket/"), "an empty key");
	ok(name_refused("s3:///key"), "no bucket");
	ok(name_refused("s3://bu/key"), "a short bucket");
	ok(name_refused("s3://buc:ket/key"), "a bucket with a colon");
	ok(name_refused("s3://buc@ket/key"), "a bucket with an at sign");
	ok(name_refused("s3://bucket/\xc0\xaf"), "a key that is not UTF-8");
}

static bool
endpoint_is(const char *url, const char *region, const char *bucket,
    bool path_style, const char *origin, const char *host, const char *prefix,
    bool in_path)
{
	struct endpoint p;
	bool same = endpoint_make(&p, url, region, bucket, path_style, &e) ==
	    0 && strcmp(p.origin, origin) == 0 &&
	    strcmp(p.host, host) == 0 && strcmp(p.prefix, prefix) == 0 &&
	    p.bucket_in_path == in_path &&
	    p.secure == (strncmp(origin, "https:", 6) == 0);

	endpoint_free(&p);
	return same;
}

static bool
endpoint_refused(const char *url, const char *region)
{
	struct endpoint p;

	return endpoint_make(&p, url, region, "bucket", false, &e) == -1 &&
	    e.code == EXIT_USAGE;
}

static void
test_endpoints(void)
{
	ok(endpoint_is(NULL, "eu-west-1", "bucket", false,
	    "https://bucket.s3.eu-west-1.amazonaws.com",
	    "bucket.s3.eu-west-1.amazonaws.com", "", false), "AWS");
	ok(endpoint_is("", "cn-north-1", "bucket", false,
	    "https://bucket.s3.cn-north-1.amazonaws.com.cn",
	    "bucket.s3.cn-north-1.amazonaws.com.cn", "", false), "China");
	ok(endpoint_is(NULL, "eu-west-1", "a.b", false,
	    "https://s3.eu-west-1.amazonaws.com",
	    "s3.eu-west-1.amazonaws.com", "", true), "a dotted bucket");
	ok(endpoint_is(NULL, "eu-west-1", "Buck_et", false,
	    "https://s3.eu-west-1.amazonaws.com",
	    "s3.eu-west-1.amazonaws.com", "", true), "no host's name");
	ok(endpoint_is(NULL, "eu-west-1", "bucket", true,
	    "https://s3.eu-west-1.amazonaws.com",
	    "s3.eu-west-1.amazonaws.com", "", true), "path style");
	ok(endpoint_is("http://localhost:9000", "r", "bucket", false,
	    "http://localhost:9000", "localhost:9000", "", true), "local");
	ok(endpoint_is("http://h:80/", "r", "bucket", false, "http://h", "h",
	    "", true), "a default port goes");
	ok(endpoint_is("https://h:80/a/b/", "r", "bucket", false,
	    "https://h:80", "h:80", "/a/b", true), "a path stays");
	ok(endpoint_is("http://[::1]:9000", "r", "bucket", false,
	    "http://[::1]:9000", "[::1]:9000", "", true), "IPv6");
	ok(endpoint_refused("ftp://h", "r"), "ftp");
	ok(endpoint_refused("h:9000", "r"), "no scheme");
	ok(endpoint_refused("http://u:p@h", "r"), "a user");
	ok(strstr(e.text, "p@h") == NULL, "whose password is not shown");
	ok(endpoint_refused("http://h?a=b", "r"), "a query");
	ok(endpoint_refused("http://h#f", "r"), "a fragment");
	ok(endpoint_refused("http://", "r"), "no host");
	ok(endpoint_refused(NULL, ""), "an empty region");
	ok(endpoint_refused(NULL, "evil.com/"), "a region with a slash");
	ok(endpoint_refused(NULL, "EU"), "a region in capitals");
}

int
main(void)
{
	test_names();
	test_endpoints();
	return tap_done();
}
