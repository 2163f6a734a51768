/* gzip members, unpacked and thrown away: that checks them all. */
#include <stdlib.h>

#include "deflate/gunzip.h"
#include "deflate/trailer_format.h"

enum { OUT = 256 * 1024 };	/* bytes unpacked at once: they are overwritten
				 * before they leave the second-level cache */

struct members {
	struct gunzip *gunzip;
	uint8_t out[OUT];
};

static bool
matches(const uint8_t begin[4])
{
	return begin[0] == 0x1f && begin[1] == 0x8b;
}

static void *
new(struct err *e)
{
	struct members *m = malloc(sizeof *m);

	if (m == NULL) {
		err_memory(e);
		return NULL;
	}
	m->gunzip = gunzip_new(false, e);
	if (m->gunzip != NULL)
		return m;
	free(m);
	return NULL;
}

static int
add(void *state, const uint8_t *data, size_t len, struct err *e)
{
	struct members *m = state;
	struct gunzip_step s = { .in = data, .in_len = len };

	do {
		s.out = m->out;
		s.out_len = OUT;
		if (gunzip_run(m->gunzip, &s, e) != 0)
			return -1;
	} while (s.in_len > 0 || s.out_len == 0);
	return 0;
}

static int
end(void *state, struct err *e)
{
	return gunzip_end(((struct members *)state)->gunzip, e);
}

static void
members_free(void *state)
{
	struct members *m = state;

	if (m != NULL)
		gunzip_free(m->gunzip);
	free(m);
}

const struct trailer_format trailer_gzip = { "gzip", matches, new, add, end,
	members_free };
