/* feed: read, drop the mark, check, hold back what is cut. */
#include <stdlib.h>
#include <string.h>

#include "formats/feed.h"
#include "formats/scan.h"
#include "formats/utf8.h"

int
feed_init(struct feed *f, struct input *in, struct err *e)
{
	*f = (struct feed){ .in = in };
	f->bytes = malloc(IO_CHUNK + SCAN_SLACK);
	return f->bytes != NULL ? 0 : err_set(e, EXIT_INTERNAL,
	    "out of memory");
}

void
feed_free(struct feed *f)
{
	free(f->bytes);
	*f = (struct feed){ 0 };
}

static int
read_more(struct feed *f, struct err *e)
{
	ssize_t n = input_read(f->in, f->bytes + f->have,
	    IO_CHUNK - f->have, e);

	if (n < 0)
		return -1;
	f->have += (size_t)n;
	f->ended = n == 0;
	return 0;
}

/* The first three bytes decide about a byte order mark. */
static int
begin(struct feed *f, struct err *e)
{
	f->begun = true;
	while (f->have < 3 && !f->ended) {
		if (read_more(f, e) != 0)
			return -1;
	}
	if (f->have >= 3 && memcmp(f->bytes, "\xef\xbb\xbf", 3) == 0) {
		f->marked = true;
		f->have -= 3;
		memmove(f->bytes, f->bytes + 3, f->have);
	}
	return 0;
}

int
feed_next(struct feed *f, size_t used, struct err *e)
{
	size_t left = f->len - used;

	f->have -= used;
	memmove(f->bytes, f->bytes + used, f->have);
	f->len = left;
	if (f->bad || f->ended)
		return 0;
	if ((f->begun ? read_more(f, e) : begin(f, e)) != 0)
		return -1;
	f->len += utf8_check(f->bytes + left, f->have - left);
	f->bad = f->len < f->have && (f->ended ||
	    utf8_length(f->bytes + f->len, f->have - f->len) == 0);
	memset(f->bytes + f->have, 0, SCAN_SLACK);
	return 0;
}
