/* Receipts, fed with anything: what is read is written again. */
#include <stdlib.h>
#include <string.h>

#include "s3/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct s3_name name, again;
	struct multipart m, n;
	struct err e = ERR_NONE;
	size_t len;
	char *text;

	if (receipt_read((const char *)data, size, &name, &m, &e) != 0)
		return 0;
	text = receipt_write(&name, &m, NULL, &len);
	if (text == NULL || receipt_read(text, len, &again, &n, &e) != 0 ||
	    strcmp(name.key, again.key) != 0 || m.count != n.count)
		abort();
	free(text);
	s3_name_free(&name);
	s3_name_free(&again);
	multipart_free(&m);
	multipart_free(&n);
	return 0;
}
