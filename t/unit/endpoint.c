/* Names of objects and addresses of buckets. */
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "aws/s3_name.h"
#include "tap.h"

static struct err e = ERR_NONE;

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
	const struct endpoint_config c = { .url = url, .region = region,
		.style = path_style ? ENDPOINT_PATH : ENDPOINT_AUTO };
	struct endpoint p;
	bool same = endpoint_make(&p, &c, bucket, &e) == 0 && strcmp(p.origin, origin) == 0 &&
	    strcmp(p.host, host) == 0 && strcmp(p.prefix, prefix) == 0 &&
	    p.bucket_in_path == in_path &&
	    p.secure == (strncmp(origin, "https:", 6) == 0);

	endpoint_free(&p);
	return same;
}

static bool
endpoint_refused(const char *url, const char *region)
{
	const struct endpoint_config c = { .url = url, .region = region };
	struct endpoint p;

	return endpoint_make(&p, &c, "bucket", &e) == -1 &&
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
	ok(endpoint_refused(NULL, "ru-1.x"), "a region with a dot");
	ok(endpoint_refused("http://h", "a/b"), "a slash in any region");
	ok(endpoint_refused("http://h", "a b"), "a blank in any region");
	ok(endpoint_is("http://h", "RegionOne", "bucket", false, "http://h",
	    "h", "", true) && endpoint_is("http://h", "zg_public", "bucket",
	    false, "http://h", "h", "", true) && endpoint_is("http://h",
	    "ru-1.x", "bucket", false, "http://h", "h", "", true),
	    "regions of others");
}

static void
test_styles(void)
{
	static const struct {
		const char *url, *bucket;
		enum endpoint_style style;
		const char *origin;	/* NULL: refused */
	} all[] = {
		{ "http://localhost:9000", "bucket", ENDPOINT_VIRTUAL,
		    "http://bucket.localhost:9000" },
		{ "https://oss.example.com/p/", "bucket", ENDPOINT_VIRTUAL,
		    "https://bucket.oss.example.com" },
		{ "http://example.com", "a.b", ENDPOINT_VIRTUAL,
		    "http://a.b.example.com" },
		{ "http://example.com", "a..b", ENDPOINT_VIRTUAL, NULL },
		{ "https://example.com", "a.b", ENDPOINT_VIRTUAL, NULL },
		{ "http://example.com", "Bucket", ENDPOINT_VIRTUAL, NULL },
		{ "http://example.com", "-bucket", ENDPOINT_VIRTUAL, NULL },
		{ "http://127.0.0.1:9000", "bucket", ENDPOINT_VIRTUAL, NULL },
		{ "http://[::1]:9000", "bucket", ENDPOINT_VIRTUAL, NULL },
		{ NULL, "bucket", ENDPOINT_VIRTUAL,
		    "https://bucket.s3.us-west-2.amazonaws.com" },
		{ NULL, "a.b", ENDPOINT_VIRTUAL, NULL },
		{ NULL, "my--usw2-az1--x-s3", ENDPOINT_AUTO, NULL },
		{ NULL, "my--ol-s3", ENDPOINT_AUTO, NULL },
		{ NULL, "my-ap-abcd1234-s3alias", ENDPOINT_AUTO,
		    "https://my-ap-abcd1234-s3alias.s3.us-west-2.amazonaws.com" },
		{ "http://h", "my--usw2-az1--x-s3", ENDPOINT_AUTO, "http://h" },
	};
	struct endpoint p;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct endpoint_config c = { .url = all[i].url,
			.region = "us-west-2", .style = all[i].style };
		bool made = endpoint_make(&p, &c, all[i].bucket, &e) == 0;

		ok(made ? all[i].origin != NULL &&
		    strcmp(p.origin, all[i].origin) == 0 :
		    all[i].origin == NULL && e.code == EXIT_USAGE,
		    "%s of %s", all[i].bucket, all[i].url == NULL ? "AWS" :
		    all[i].url);
		if (made)
			endpoint_free(&p);
	}
}

#define ARN "arn:aws:s3:us-west-2:123456789012:accesspoint"

static bool
point_is(const char *url, const char *bucket, const struct endpoint_config *c,
    const char *origin)
{
	struct endpoint p = { 0 };
	struct s3_name n = { 0 };
	bool same = s3_name_parse(&n, url, &e) == 0 &&
	    strcmp(n.key, "dir/key") == 0 && strcmp(n.bucket, bucket) == 0 &&
	    endpoint_make(&p, c, n.bucket, &e) == 0 &&
	    strcmp(p.origin, origin) == 0 && !p.bucket_in_path &&
	    strcmp(p.region, "us-west-2") == 0;

	endpoint_free(&p);
	s3_name_free(&n);
	return same;
}

static void
test_access_points(void)
{
	static const char *const refused[] = {
		"arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
		"arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/"
		    "accesspoint/my-ap",
		"arn:aws:s3-object-lambda:us-west-2:123456789012:"
		    "accesspoint/my-ap",
		"arn:aws:s3express:us-west-2:123456789012:accesspoint/my-ap",
		"arn:aws:s3:us-west-2:12345678901:accesspoint/my-ap",
		"arn:aws:s3:us-west-2:123456789012:bucket/my-ap",
		"arn:aws:s3:us-west-2:123456789012:accesspoint",
		"arn:aws:s3:us-west-2:123456789012:accesspoint/My_ap",
		"arn:aws:s3:us west:123456789012:accesspoint/my-ap",
		"arn:aws:s3:us-west-2:123456789012:accesspoint/a0123456789"
		    "01234567890123456789012345678901234567890123456789",
		"arn:aws:sqs:us-west-2:123456789012:q", "arn:", "arn:a:b/c",
	};
	struct endpoint_config c = { .region = "eu-west-1" };
	char url[300];

	ok(point_is("s3://" ARN "/my-ap/dir/key", ARN "/my-ap", &c,
	    "https://my-ap-123456789012.s3-accesspoint.us-west-2."
	    "amazonaws.com"), "an access point, in its own region");
	ok(point_is("s3://" ARN ":my-ap/dir/key", ARN ":my-ap", &c,
	    "https://my-ap-123456789012.s3-accesspoint.us-west-2."
	    "amazonaws.com"), "with a colon");
	c.dualstack = c.fips = true;
	ok(point_is("s3://" ARN "/my-ap/dir/key", ARN "/my-ap", &c,
	    "https://my-ap-123456789012.s3-accesspoint-fips.dualstack."
	    "us-west-2.amazonaws.com"), "dualstack and FIPS");
	c = (struct endpoint_config){ .region = "eu-west-1",
		.url = "https://accesspoint.vpce-1.s3.us-west-2.vpce."
		"amazonaws.com" };
	ok(point_is("s3://" ARN "/my-ap/dir/key", ARN "/my-ap", &c,
	    "https://my-ap-123456789012.accesspoint.vpce-1.s3.us-west-2.vpce."
	    "amazonaws.com"), "at an endpoint of one's own");
	c = (struct endpoint_config){ .region = "eu-west-1",
		.style = ENDPOINT_PATH };
	ok(!point_is("s3://" ARN "/my-ap/dir/key", ARN "/my-ap", &c, "") &&
	    e.code == EXIT_USAGE, "not in path style");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		snprintf(url, sizeof url, "s3://%s/key", refused[i]);
		ok(name_refused(url), "refused: %s", e.text);
	}
}

/* Hosts of S3 and STS; NULL: there is none. */
static void
test_hosts(void)
{
	static const struct {
		const char *region;
		bool dualstack, fips;
		const char *s3, *sts;
	} hosts[] = {
		{ "us-east-2", false, false,
		    "bucket.s3.us-east-2.amazonaws.com",
		    "https://sts.us-east-2.amazonaws.com/" },
		{ "us-east-2", true, false,
		    "bucket.s3.dualstack.us-east-2.amazonaws.com",
		    "https://sts.us-east-2.api.aws/" },
		{ "us-east-2", false, true,
		    "bucket.s3-fips.us-east-2.amazonaws.com",
		    "https://sts-fips.us-east-2.amazonaws.com/" },
		{ "us-east-2", true, true,
		    "bucket.s3-fips.dualstack.us-east-2.amazonaws.com",
		    "https://sts-fips.us-east-2.api.aws/" },
		{ "us-gov-west-1", false, true,
		    "bucket.s3-fips.us-gov-west-1.amazonaws.com",
		    "https://sts.us-gov-west-1.amazonaws.com/" },
		{ "cn-north-1", true, false,
		    "bucket.s3.dualstack.cn-north-1.amazonaws.com.cn",
		    "https://sts.cn-north-1.api.amazonwebservices.com.cn/" },
		{ "cn-north-1", false, true, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		const struct endpoint_config c = { .region = hosts[i].region,
			.dualstack = hosts[i].dualstack,
			.fips = hosts[i].fips };
		struct endpoint p;
		char *url;
		bool s3 = endpoint_make(&p, &c, "bucket", &e) == 0 ?
		    hosts[i].s3 != NULL && strcmp(p.host, hosts[i].s3) == 0 :
		    hosts[i].s3 == NULL && e.code == EXIT_USAGE;
		bool sts = endpoint_sts(&c, &url, &e) == 0 ?
		    hosts[i].sts != NULL && strcmp(url, hosts[i].sts) == 0 :
		    hosts[i].sts == NULL && e.code == EXIT_USAGE;

		ok(s3, "S3 in %s%s%s", c.region, c.dualstack ? ", dualstack" :
		    "", c.fips ? ", FIPS" : "");
		ok(sts, "STS there");
		endpoint_free(&p);
		free(url);
	}
}

static void
test_custom(void)
{
	static const struct { const char *url; bool loopback; } urls[] = {
		{ "http://127.0.0.1:9000", true }, { "http://[::1]", true },
		{ "http://localhost", true }, { "http://10.0.0.1", false },
		{ "http://[fe80::1]", false }, { "http://example.com", false },
		{ "http://127.0.0.1.example.com", false },
	};
	struct endpoint_config c = { .region = "r" };
	struct endpoint p;

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		c.url = urls[i].url;
		ok(endpoint_make(&p, &c, "bucket", &e) == 0 &&
		    p.loopback == urls[i].loopback, "loopback: %s", c.url);
		endpoint_free(&p);
	}
	c.dualstack = true;
	ok(endpoint_make(&p, &c, "bucket", &e) == -1 && e.code == EXIT_USAGE,
	    "a URL and dualstack");
	c.url = NULL;
	ok(endpoint_make(&p, &c, "bucket", &e) == 0 && !p.loopback,
	    "AWS is no loopback");
	endpoint_free(&p);
}

static void
test_prefixes(void)
{
	struct s3_name n;

	ok(s3_name_parse_prefix(&n, "s3://bucket", &e) == 0 &&
	    strcmp(n.bucket, "bucket") == 0 && *n.key == '\0', "a bucket");
	s3_name_free(&n);
	ok(s3_name_parse_prefix(&n, "s3://bucket/", &e) == 0 &&
	    *n.key == '\0', "and a slash");
	s3_name_free(&n);
	ok(s3_name_parse_prefix(&n, "s3://bucket/a/b", &e) == 0 &&
	    strcmp(n.key, "a/b") == 0, "and a prefix");
	s3_name_free(&n);
	ok(s3_name_parse_prefix(&n, "s3://", &e) == -1, "nothing");
}

int
main(void)
{
	test_hosts();
	test_custom();
	test_prefixes();
	test_names();
	test_endpoints();
	test_styles();
	test_access_points();
	return tap_done();
}
