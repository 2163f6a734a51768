/* Answers of S3 and what they mean. */
#include <string.h>

#include "s3/s3_response.h"
#include "tap.h"

#define COMPLETE "CompleteMultipartUploadResult"

static struct err e = ERR_NONE;

static bool
reads(const char *root, const char *body, struct s3_response *a)
{
	return s3_response_read(a, root, body, strlen(body), &e) == 0;
}

static bool
unfit(const char *root, const char *body)
{
	struct s3_response a = { 0 };
	bool read = reads(root, body, &a);

	s3_response_free(&a);
	return !read;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
test_reading(void)
{
	struct s3_response a = { 0 };

	ok(reads("InitiateMultipartUploadResult",
	    "<InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/"
	    "doc/2006-03-01/\"><Bucket>b</Bucket><UploadId>a+/=&amp;</UploadId>"
	    "</InitiateMultipartUploadResult>", &a) &&
	    same(a.upload_id, "a+/=&") && a.code == NULL, "Create");
	s3_response_free(&a);
	ok(reads(COMPLETE, "\n  \n<" COMPLETE "><ETag>&quot;x-2&quot;</ETag></"
	    COMPLETE ">", &a) && same(a.etag, "\"x-2\""),
	    "Complete after white space");
	s3_response_free(&a);
	ok(reads(COMPLETE, "  <?xml version=\"1.0\"?><" COMPLETE "><ETag/></"
	    COMPLETE ">", &a) && same(a.etag, ""),
	    "white space before the XML declaration, an empty ETag");
	s3_response_free(&a);
	ok(unfit(COMPLETE, "<" COMPLETE "/>"), "Complete without an ETag");
	ok(unfit("InitiateMultipartUploadResult",
	    "<InitiateMultipartUploadResult><UploadId></UploadId>"
	    "</InitiateMultipartUploadResult>"), "Create without an upload id");
	ok(reads(COMPLETE, "<Error><Code>InternalError</Code><Message>m"
	    "</Message><Region>r</Region></Error>", &a) &&
	    same(a.code, "InternalError") && same(a.message, "m") &&
	    same(a.region, "r") && a.etag == NULL, "an error instead");
	s3_response_free(&a);
	ok(unfit(COMPLETE, ""), "nothing");
	ok(unfit(COMPLETE, "   \n"), "only white space");
	ok(unfit(COMPLETE, "<" COMPLETE "><ETag>x</ETag>"), "cut");
	ok(unfit(COMPLETE, "<Other/>"), "another root");
	ok(unfit(COMPLETE, "<a><Error><Code>x</Code></Error></a>"),
	    "an error further down");
	ok(unfit("Error", "<Error/>"), "an error without a code");
	ok(unfit("Error", "<html><body>502</body></html>"), "a page");
}

static void
test_faults(void)
{
	static const struct { int status; const char *code;
		enum s3_fault want; } t[] = {
		{ 200, NULL, S3_NONE }, { 204, NULL, S3_NONE },
		{ 200, "InternalError", S3_BROKEN },
		{ 200, "SlowDown", S3_BUSY },
		{ 200, "SomethingNew", S3_BROKEN },
		{ 200, "NoSuchUpload", S3_NO_UPLOAD },
		{ 503, "SlowDown", S3_BUSY }, { 503, NULL, S3_BUSY },
		{ 400, "ThrottlingException", S3_BUSY },
		{ 429, NULL, S3_BUSY }, { 500, NULL, S3_BROKEN },
		{ 502, "Weird", S3_BROKEN }, { 504, NULL, S3_BROKEN },
		{ 400, "RequestTimeout", S3_BROKEN },
		{ 400, "BadDigest", S3_UNFIT },
		{ 400, "XAmzContentSHA256Mismatch", S3_UNFIT },
		{ 403, "RequestTimeTooSkewed", S3_SKEWED },
		{ 400, "ExpiredToken", S3_EXPIRED },
		{ 301, "PermanentRedirect", S3_ELSEWHERE },
		{ 307, NULL, S3_ELSEWHERE },
		{ 400, "AuthorizationHeaderMalformed", S3_ELSEWHERE },
		{ 403, "AccessDenied", S3_DENIED }, { 403, NULL, S3_DENIED },
		{ 403, "SignatureDoesNotMatch", S3_DENIED },
		{ 412, "PreconditionFailed", S3_EXISTS },
		{ 409, "ConditionalRequestConflict", S3_EXISTS },
		{ 404, "NoSuchUpload", S3_NO_UPLOAD },
		{ 404, "NoSuchBucket", S3_REFUSED },
		{ 400, "InvalidPart", S3_REFUSED }, { 400, NULL, S3_REFUSED },
		{ 304, NULL, S3_REFUSED }, { 0, NULL, S3_REFUSED },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		ok(s3_fault(t[i].status, t[i].code) == t[i].want, "%d %s",
		    t[i].status, t[i].code == NULL ? "" : t[i].code);
	ok(s3_fault_exit(S3_DENIED) == EXIT_AUTH &&
	    s3_fault_exit(S3_EXPIRED) == EXIT_AUTH &&
	    s3_fault_exit(S3_EXISTS) == EXIT_EXISTS &&
	    s3_fault_exit(S3_BUSY) == EXIT_TEMP &&
	    s3_fault_exit(S3_BROKEN) == EXIT_TEMP &&
	    s3_fault_exit(S3_UNFIT) == EXIT_REMOTE &&
	    s3_fault_exit(S3_REFUSED) == EXIT_REMOTE, "exit codes");
}

int
main(void)
{
	test_reading();
	test_faults();
	return tap_done();
}
