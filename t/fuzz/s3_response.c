/* Answers of S3, fed with anything. */
#include "s3/s3_response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct s3_response a = { 0 };
	struct err e = ERR_NONE;

	if (s3_response_read(&a, "CompleteMultipartUploadResult", data, size,
	    &e) == 0)
		(void)s3_fault(200, a.code);
	s3_response_free(&a);
	return 0;
}
