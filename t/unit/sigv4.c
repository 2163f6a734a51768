/* The four examples of the S3 documentation, and awkward requests signed by
 * botocore (S3SigV4Auth of botocore 1.29, time fixed). */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "aws/sigv4.h"
#include "tap.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define COUNT(a) (sizeof (a) / sizeof *(a))

static const struct sigv4_key key = {
	"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL
};

/* Signs, and compares the signature; the query is taken apart for pairs. */
static bool
signature_is(const char *method, const char *path, const char *query,
    const char *const *headers, size_t n, const char *payload,
    const char *want)
{
	struct sigv4_request r = {
		.method = method, .path = path, .query = query,
		.headers = headers, .n_headers = n, .payload = payload,
		.region = "us-east-1", .service = "s3",
		.stamp = "20130524T000000Z",
	};
	struct err e = ERR_NONE;
	char *text = sigv4_sign(&r, &key, &e);
	char *found = text == NULL ? NULL : strstr(text, "Signature=");
	bool same = found != NULL && strcmp(found + 10, want) == 0;

	if (!same) {
		char *canonical = sigv4_canonical(&r, &e);

		fprintf(stderr, "%s\n%s\n", text == NULL ? e.text : text,
		    canonical == NULL ? "" : canonical);
		free(canonical);
	}
	free(text);
	return same;
}

#define DOC_HEADERS(payload) "Host: examplebucket.s3.amazonaws.com", \
	"x-amz-content-sha256: " payload, "x-amz-date: 20130524T000000Z"

static void
test_documentation(void)
{
	static const char *const get[] = { DOC_HEADERS(EMPTY),
		"Range: bytes=0-9" };
	static const char *const plain[] = { DOC_HEADERS(EMPTY) };
#define WELCOME \
	"44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
	static const char *const put[] = { DOC_HEADERS(WELCOME),
		"Date: Fri, 24 May 2013 00:00:00 GMT",
		"x-amz-storage-class: REDUCED_REDUNDANCY" };
	struct sigv4_pair list[] = { { "prefix", "J" }, { "max-keys", "2" } };
	struct sigv4_pair lifecycle[] = { { "lifecycle", "" } };
	char *path = sigv4_path("", NULL, "test$file.text");
	char *query = sigv4_query(lifecycle, 1);

	ok(signature_is("GET", "/test.txt", "", get, COUNT(get), EMPTY,
	    "f0e8bdb87c964420e857bd35b5d6ed31"
	    "0bd44f0170aba48dd91039c6036bdb41"), "S3 documentation: GET");
	ok(signature_is("PUT", path, "", put, COUNT(put), WELCOME,
	    "98ad721746da40c64f1a55b78f14c238"
	    "d841ea1380cd77a1b5971af0ece108bd"), "S3 documentation: PUT");
	ok(signature_is("GET", "/", query, plain, COUNT(plain), EMPTY,
	    "fea454ca298b7da1c68078a5d1bdbfbb"
	    "e0d65c699e0f91ac7a200a0136783543"), "S3 documentation: lifecycle");
	free(query);
	query = sigv4_query(list, 2);
	ok(signature_is("GET", "/", query, plain, COUNT(plain), EMPTY,
	    "34b48302e7b5fa45bde8084f4b7868a8"
	    "6f0a534bc59db6670ed5711ef69dc6f7"), "S3 documentation: list");
	free(query);
	free(path);
}

#define HEADERS(payload) "Host: b.s3.amazonaws.com", \
	"X-Amz-Content-SHA256: " payload, "X-Amz-Date: 20130524T000000Z"

static void
test_keys(void)
{
	static const char *const headers[] = { HEADERS(HELLO) };
	static const struct { const char *key, *want; } t[] = {
		{ "dt=2024-05-22/a+b", "4c975a62f917a49aaca49d7ad7f49ae2"
		    "c65bf66d6325af1ed839b7fe094922a7" },
		{ "a..b/../c", "1f330064be0bafb1f8084f76abafd5aa"
		    "7f425d34efda5a9e793e7fd67a0c09bc" },
		{ "//x//", "e0dc834d39c1376a72c9bc7d61a6c24c"
		    "6b1d3b141fadce83d4e2db3087f37d31" },
		{ "50% of it", "5260e1b45bb539f0fc436bec9ce4f7cf"
		    "15063e7e5eb42bae5dc8038fcc0c5e15" },
		{ "with space", "338346c3f71db1162ad49be513588bbb"
		    "168ab5c5f26c6b5f45ca8cb651149c51" },
		{ "\xe7\xb5\xb5\xe6\x96\x87\xe5\xad\x97 \xf0\x9f\x98\x80.zip",
		    "f4400f1de34fbcb58236053a39d23f7c"
		    "995dcf7ad6afc1f472f957189d260e56" },
		{ "~-_.!*'()@:,;&$?#[]", "3eb8195c361ad9e7189adf7fb633ebc4"
		    "47e16b4d98255b9f1d4a59ca8c49ebde" },
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		char *path = sigv4_path("", NULL, t[i].key);

		ok(signature_is("PUT", path, "", headers, COUNT(headers),
		    HELLO, t[i].want), "key %s", t[i].key);
		free(path);
	}
}

static void
test_queries(void)
{
	static const char *const put[] = { HEADERS(HELLO) };
	static const char *const post[] = { HEADERS(EMPTY),
		"x-amz-meta-a-b: 2", "x-amz-meta-a: 1", "x-amz-meta-a_c: 3",
		"x-amz-server-side-encryption-aws-kms-key-id: k",
		"x-amz-server-side-encryption: aws:kms",
		"Content-Type: text/csv", "x-amz-security-token: TOKEN/+==" };
	static const char *const blanks[] = { HEADERS(EMPTY),
		"x-amz-meta-sp:   two   inner  blanks  " };
	struct sigv4_pair part[] = { { "uploadId", "a+b/c=" },
		{ "partNumber", "10" } };
	struct sigv4_pair uploads[] = { { "uploads", "" } };
	struct sigv4_pair names[] = { { "prefix", "a/b" }, { "a-b", "1" },
		{ "a", "2" }, { "a.b", "3" }, { "a1", "4" } };
	char *query = sigv4_query(part, COUNT(part));

	ok(strcmp(query, "partNumber=10&uploadId=a%2Bb%2Fc%3D") == 0,
	    "query sorted and encoded");
	ok(signature_is("PUT", "/k", query, put, COUNT(put), HELLO,
	    "62153b2b8b18b008344d2fb1f3b48e9d"
	    "a95e49edf9833816254f86833773193a"), "a part's query");
	free(query);
	query = sigv4_query(uploads, COUNT(uploads));
	ok(signature_is("POST", "/k", query, post, COUNT(post), EMPTY,
	    "b438a287308c0dcf420d0255cdc2164d"
	    "5fe43cafa8fc94a9b0c2f0b716110b8e"),
	    "metadata prefixes, encryption headers, session token");
	free(query);
	query = sigv4_query(names, COUNT(names));
	ok(strcmp(query, "a=2&a-b=1&a.b=3&a1=4&prefix=a%2Fb") == 0,
	    "names that begin alike are sorted as names");
	ok(signature_is("GET", "/", query, blanks, COUNT(blanks), EMPTY,
	    "ae4484b332650db79cd6a72f7338ebc7"
	    "9644e52093b7063dbd68be2e6a6efa82"), "blanks in a value");
	free(query);
}

static void
test_refusals(void)
{
	static const char *const bad[] = { "no colon", ": no name",
		"a: b\r\nc: d", "a: b\n" };
	struct err e = ERR_NONE;
	char stamp[SIGV4_STAMP];

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct sigv4_request r = { .method = "GET", .path = "/",
			.query = "", .headers = &bad[i], .n_headers = 1,
			.payload = EMPTY, .region = "r", .service = "s3",
			.stamp = "20130524T000000Z" };

		ok(sigv4_sign(&r, &key, &e) == NULL && e.code == EXIT_USAGE,
		    "header refused, case %zu", i);
	}
	ok(sigv4_stamp(stamp, 1369353600) == 0 &&
	    strcmp(stamp, "20130524T000000Z") == 0, "stamp");
	ok(sigv4_stamp(stamp, 253402300800) == -1, "year 10000");
}

int
main(void)
{
	test_documentation();
	test_keys();
	test_queries();
	test_refusals();
	return tap_done();
}
