/* s3_fault: a table of codes, and statuses where there is none. */
#include "aws/s3_fault.h"

#include <stddef.h>
#include <string.h>

#include "http/retry.h"

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
		break;
	}
	if (status >= 200 && status < 300)
		return S3_NONE;
	return retry_worth(HTTP_COMPLETE, status) ? S3_BROKEN : S3_REFUSED;
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
