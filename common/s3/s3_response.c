/* S3's XML answers and error codes, judged. */
#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "s3/s3_response.h"

#define INITIATE "InitiateMultipartUploadResult"
#define COMPLETE "CompleteMultipartUploadResult"

enum { ROOT, ERROR, CODE, MESSAGE, REGION, UPLOAD_ID, ETAG, CRC64, CRC32,
	CRC32C, SHA256, COUNT };

/* Takes a want's text over. */
static char *
take(struct xml_want *want)
{
	char *text = want->text;

	want->text = NULL;
	return text;
}

/* Is it what it has to be? */
static int
check(const struct xml_want *w, const char *root, struct err *e)
{
	const char *without = NULL;

	if (w[ERROR].text != NULL)
		return w[CODE].text != NULL ? 0 :
		    err_set(e, EXIT_REMOTE, "an error without a code");
	if (w[ROOT].text == NULL)
		return err_set(e, EXIT_REMOTE, "the answer is no %s", root);
	if (strcmp(root, INITIATE) == 0 && (w[UPLOAD_ID].text == NULL ||
	    *w[UPLOAD_ID].text == '\0'))
		without = "upload id";
	else if (strcmp(root, COMPLETE) == 0 && w[ETAG].text == NULL)
		without = "ETag";
	return without == NULL ? 0 :
	    err_set(e, EXIT_REMOTE, "%s without an %s", root, without);
}

int
s3_response_read(struct s3_response *a, const char *root, const void *body,
    size_t len, struct err *e)
{
	struct xml_want w[COUNT] = {
		[ROOT] = { .path = root },
		[ERROR] = { .path = "Error" },
		[CODE] = { .path = "Error.Code" },
		[MESSAGE] = { .path = "Error.Message" },
		[REGION] = { .path = "Error.Region" },
		[UPLOAD_ID] = { .path = INITIATE ".UploadId" },
		[ETAG] = { .path = COMPLETE ".ETag" },
		[CRC64] = { .path = COMPLETE ".ChecksumCRC64NVME" },
		[CRC32] = { .path = COMPLETE ".ChecksumCRC32" },
		[CRC32C] = { .path = COMPLETE ".ChecksumCRC32C" },
		[SHA256] = { .path = COMPLETE ".ChecksumSHA256" },
	};
	const char *text = body;
	int rc;

	*a = (struct s3_response){ 0 };
	/* Keep-alives that some servers send before the XML declaration. */
	for (; len > 0 && strchr(" \t\r\n", *text) != NULL && *text != '\0';
	    len--)
		text++;
	if (xml_pick(text, len, w, COUNT, e) != 0)
		return -1;
	if ((rc = check(w, root, e)) == 0) {
		a->code = take(&w[CODE]);
		a->message = take(&w[MESSAGE]);
		a->region = take(&w[REGION]);
		a->upload_id = take(&w[UPLOAD_ID]);
		a->etag = take(&w[ETAG]);
		a->checksum[CHECKSUM_CRC64NVME] = take(&w[CRC64]);
		a->checksum[CHECKSUM_CRC32] = take(&w[CRC32]);
		a->checksum[CHECKSUM_CRC32C] = take(&w[CRC32C]);
		a->checksum[CHECKSUM_SHA256] = take(&w[SHA256]);
	}
	xml_want_free(w, COUNT);
	return rc;
}

void
s3_response_free(struct s3_response *a)
{
	free(a->code);
	free(a->message);
	free(a->region);
	free(a->upload_id);
	free(a->etag);
	for (int i = 0; i <= CHECKSUM_SHA256; i++)
		free(a->checksum[i]);
	*a = (struct s3_response){ 0 };
}

static const struct { const char *code; enum s3_fault fault; } known[] = {
	{ "SlowDown", S3_BUSY },
	{ "ServiceUnavailable", S3_BUSY },
	{ "Busy", S3_BUSY },
	{ "TooManyRequests", S3_BUSY },
	{ "RequestLimitExceeded", S3_BUSY },
	{ "BandwidthLimitExceeded", S3_BUSY },
	{ "InternalError", S3_BROKEN },
	{ "RequestTimeout", S3_BROKEN },
	{ "IncompleteBody", S3_BROKEN },
	{ "BadDigest", S3_UNFIT },
	{ "InvalidDigest", S3_UNFIT },
	{ "XAmzContentSHA256Mismatch", S3_UNFIT },
	{ "OperationAborted", S3_BROKEN },
	{ "RequestTimeTooSkewed", S3_SKEWED },
	{ "ExpiredToken", S3_EXPIRED },
	{ "ExpiredTokenException", S3_EXPIRED },
	{ "TokenRefreshRequired", S3_EXPIRED },
	{ "InvalidToken", S3_EXPIRED },
	{ "PermanentRedirect", S3_ELSEWHERE },
	{ "TemporaryRedirect", S3_ELSEWHERE },
	{ "AuthorizationHeaderMalformed", S3_ELSEWHERE },
	{ "IllegalLocationConstraintException", S3_ELSEWHERE },
	{ "PreconditionFailed", S3_EXISTS },
	{ "NoSuchKey", S3_EXISTS },		/* If-Match, and no object */
	{ "ConditionalRequestConflict", S3_EXISTS },
	{ "NoSuchUpload", S3_NO_UPLOAD },
};

/* Where there is no code (HEAD, a proxy's answer) or an unknown one. */
static enum s3_fault
by_status(int status)
{
	switch (status) {
	case 429:
	case 503:
		return S3_BUSY;
	case 408:
	case 425:
	case 500:
	case 502:
	case 504:
		return S3_BROKEN;
	case 301:
	case 307:
		return S3_ELSEWHERE;
	case 401:
	case 403:
	case 407:
		return S3_DENIED;
	case 412:
		return S3_EXISTS;
	default:
		return status >= 200 && status < 300 ? S3_NONE : S3_REFUSED;
	}
}

enum s3_fault
s3_fault(int status, const char *code)
{
	if (code == NULL)
		return by_status(status);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(code, known[i].code) == 0)
			return known[i].fault;
	if (strncmp(code, "Throttling", 10) == 0)
		return S3_BUSY;
	/* An error inside a 200 is as good as a 500. */
	return status >= 200 && status < 300 ? S3_BROKEN : by_status(status);
}

enum exit_code
s3_fault_exit(enum s3_fault f)
{
	switch (f) {
	case S3_DENIED:
	case S3_EXPIRED:
	case S3_SKEWED:
		return EXIT_AUTH;
	case S3_EXISTS:
		return EXIT_EXISTS;
	case S3_NO_MEMORY:
		return EXIT_INTERNAL;
	case S3_BUSY:
	case S3_BROKEN:
		return EXIT_TEMP;
	default:
		return EXIT_REMOTE;
	}
}
