/* Ends of archives, fed with anything: the first byte chooses the format and
 * the size of the pieces, which must make no difference. */
#include <stdint.h>
#include <stdlib.h>

#include "deflate/trailer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
feed(enum trailer_kind kind, const uint8_t *data, size_t size, size_t piece)
{
	struct err e = ERR_NONE;
	struct trailer *t = trailer_new(kind, &e);
	int rc = t == NULL ? -1 : 0;

	while (rc == 0 && size > 0) {
		size_t n = size < piece ? size : piece;

		rc = trailer_add(t, data, n, &e);
		data += n;
		size -= n;
	}
	if (rc == 0)
		rc = trailer_end(t, &e);
	trailer_free(t);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum trailer_kind kind;

	if (size == 0)
		return 0;
	kind = TRAILER_ANY + data[0] % 4;
	if (feed(kind, data + 1, size - 1, size) !=
	    feed(kind, data + 1, size - 1, 1u + data[0] / 4))
		abort();
	return 0;
}
