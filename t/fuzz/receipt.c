/* Receipts, fed with anything: what is read is written again. */
#include <stdlib.h>
#include <string.h>

#include "s3/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct receipt a, b;
	struct input in = { .ended = true };
	struct err e = ERR_NONE;
	size_t len;
	char *text;

	if (receipt_read(&a, (const char *)data, size, &e) != 0)
		return 0;
	if (a.state != RECEIPT_PREPARED) {
		receipt_free(&a);
		return 0;
	}
	in.bytes = a.multipart.size;
	text = receipt_prepared(&a.name, &a.multipart, input_complete(&in),
	    a.indexed ? &a.index : NULL, &len, &e);
	if (text == NULL || receipt_read(&b, text, len, &e) != 0 ||
	    strcmp(a.name.key, b.name.key) != 0 ||
	    a.multipart.count != b.multipart.count || a.index != b.index)
		abort();
	free(text);
	receipt_free(&a);
	receipt_free(&b);
	return 0;
}
