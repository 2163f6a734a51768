/* The end of a zip archive, from the last bytes of a stream. */
#include <stdlib.h>
#include <string.h>

#include "deflate/trailer_format.h"
#include "deflate/zipend.h"

struct tail {
	uint64_t total;			/* bytes so far */
	size_t have;			/* of them, the last ones */
	uint8_t bytes[2 * ZIPEND_TAIL];
};

static bool
matches(const uint8_t begin[4])
{
	return memcmp(begin, "PK\3\4", 4) == 0 ||
	    memcmp(begin, "PK\5\6", 4) == 0 || memcmp(begin, "PK\7\10", 4) == 0;
}

static void *
new(struct err *e)
{
	struct tail *t = calloc(1, sizeof *t);

	if (t == NULL)
		err_memory(e);
	return t;
}

static int
add(void *state, const uint8_t *data, size_t len, struct err *e)
{
	struct tail *t = state;

	(void)e;
	t->total += len;
	if (len >= ZIPEND_TAIL) {
		data += len - ZIPEND_TAIL;
		len = ZIPEND_TAIL;
		t->have = 0;
	} else if (t->have + len > sizeof t->bytes) {
		memmove(t->bytes, t->bytes + t->have - ZIPEND_TAIL,
		    ZIPEND_TAIL);
		t->have = ZIPEND_TAIL;
	}
	memcpy(t->bytes + t->have, data, len);
	t->have += len;
	return 0;
}

static int
end(void *state, struct err *e)
{
	const struct tail *t = state;
	struct zip_directory d;

	if (t->total == 0)
		return 0;
	if (zipend_find(t->bytes, t->have, t->total, &d, e) != 0)
		return -1;
	if (d.base != 0)
		return err_set(e, EXIT_DATA, "the zip archive is not whole: "
		    "its directory is not where its end says");
	return 0;
}

const struct trailer_format trailer_zip = { "zip", matches, new, add, end,
	free };
