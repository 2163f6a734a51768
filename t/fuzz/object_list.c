/* Pages of ListObjectsV2 and ListParts, fed with anything. */
#include <stdlib.h>
#include <string.h>

#include "s3/object_list.h"
#include "s3/part_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct multipart_part parts[] = { { .etag = (char[]){ "a" } },
		{ .etag = (char[]){ "\"b\"" } } };
	const struct multipart m = { .parts = parts, .count = 2 };
	struct object_list l = { 0 };
	struct err e = ERR_NONE;
	unsigned checked = 0;
	bool more = false;

	if (object_list_page(&l, "p", data, size, &more, &e) == 0)
		for (size_t i = 1; i < l.n; i++)
			if (strcmp(l.keys[i - 1], l.keys[i]) >= 0)
				abort();
	object_list_free(&l);
	if (part_list_check(&m, &checked, data, size, &more, &e) == 0 &&
	    (checked > 2 || (checked < 2 && !more)))
		abort();
	return 0;
}
