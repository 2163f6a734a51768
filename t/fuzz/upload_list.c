/* Lists of unfinished uploads, fed with anything. */
#include "s3/upload_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct upload_list l;
	struct err e = ERR_NONE;

	if (upload_list_read(&l, data, size, &e) == 0)
		upload_list_free(&l);
	return 0;
}
