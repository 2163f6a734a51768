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

/* Reads behind the have bytes that are there. */
static int
read_more(struct feed *f, size_t *have, struct err *e)
{
	ssize_t n = input_read(f->in, f->bytes + *have, IO_CHUNK - *have, e);

	if (n < 0)
		return -1;
	*have += (size_t)n;
	f->ended = n == 0;
	return 0;
}

/* The first three bytes decide about a byte order mark. */
static int
begin(struct feed *f, size_t *have, struct err *e)
{
	f->begun = true;
	while (*have < 3 && !f->ended) {
		if (read_more(f, have, e) != 0)
			return -1;
	}
	if (*have >= 3 && memcmp(f->bytes, "\xef\xbb\xbf", 3) == 0) {
		f->marked = true;
		*have -= 3;
		memmove(f->bytes, f->bytes + 3, *have);
	}
	return 0;
}

/* Checks what came behind the first len bytes, and ends the piece there. */
static void
check(struct feed *f, size_t have)
{
	f->len += utf8_check(f->bytes + f->len, have - f->len);
	f->n_cut = have - f->len;
	f->bad = f->n_cut > 0 && (f->ended ||
	    utf8_length(f->bytes + f->len, f->n_cut) == 0);
	if (!f->bad)
		memcpy(f->cut, f->bytes + f->len, f->n_cut);
	memset(f->bytes + f->len, 0, SCAN_SLACK);
}

int
feed_next(struct feed *f, size_t used, struct err *e)
{
	size_t have;

	f->len -= used;
	memmove(f->bytes, f->bytes + used, f->len);
	memset(f->bytes + f->len, 0, SCAN_SLACK);
	if (f->bad || f->ended)
		return 0;
	memcpy(f->bytes + f->len, f->cut, f->n_cut);
	have = f->len + f->n_cut;
	if ((f->begun ? read_more(f, &have, e) : begin(f, &have, e)) != 0)
		return -1;
	check(f, have);
	return 0;
}
