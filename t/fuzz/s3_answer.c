/* Answers of S3 and STS, fed with anything. */
#include "aws/creds_secret.h"
#include "s3/s3_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct s3_answer a;
	struct creds_secret s;
	struct err e = ERR_NONE;

	if (s3_answer_read(&a, "CompleteMultipartUploadResult", data, size,
	    &e) == 0)
		(void)s3_fault(200, a.code);
	s3_answer_free(&a);
	if (creds_parse_sts(&s, (const char *)data, size, &e) == 0)
		creds_wipe(&s);
	return 0;
}
