/* feed: read, drop the mark, check, hold back what is cut. */
#include <stdlib.h>
#include <string.h>

#include "formats/feed.h"
#include "formats/scan.h"
#include "formats/utf8.h"

static const char mark[3] = "\xef\xbb\xbf", replacement[3] = "\xef\xbf\xbd";

int
feed_init(struct feed *f, struct input *in, bool replace, struct err *e)
{
	*f = (struct feed){ .in = in };
	f->bytes = malloc((replace ? SCAN_TAIL + 3 * IO_CHUNK : IO_CHUNK) +
	    SCAN_SLACK);
	f->raw = replace ? malloc(IO_CHUNK) : NULL;
	if (f->bytes != NULL && (f->raw != NULL || !replace))
		return 0;
	feed_free(f);
	return err_set(e, EXIT_INTERNAL, "out of memory");
}

void
feed_free(struct feed *f)
{
	free(f->bytes);
	free(f->raw);
	*f = (struct feed){ 0 };
}

/* Reads behind the have bytes that are there. */
static int
read_more(struct feed *f, char *to, size_t *have, struct err *e)
{
	ssize_t n = input_read(f->in, to + *have, IO_CHUNK - *have, e);

	if (n < 0)
		return -1;
	*have += (size_t)n;
	f->ended = n == 0;
	return 0;
}

/* The first three bytes decide about a byte order mark. */
static int
begin(struct feed *f, char *to, size_t *have, struct err *e)
{
	f->begun = true;
	while (*have < sizeof(mark) && !f->ended) {
		if (read_more(f, to, have, e) != 0)
			return -1;
	}
	if (*have >= sizeof(mark) && memcmp(to, mark, sizeof(mark)) == 0) {
		f->marked = true;
		*have -= sizeof(mark);
		memmove(to, to + sizeof(mark), *have);
	}
	return 0;
}

/* Holds back what came of the last character, unless nothing will follow. */
static void
hold_back(struct feed *f, const char *rest, size_t len)
{
	f->n_cut = len;
	f->bad = len > 0 && (f->ended || utf8_length(rest, len) == 0);
	if (!f->bad)
		memcpy(f->cut, rest, len);
}

/* Checks what came behind the first len bytes, and ends the piece there. */
static void
check(struct feed *f, size_t have)
{
	f->len += utf8_check(f->bytes + f->len, have - f->len);
	hold_back(f, f->bytes + f->len, have - f->len);
}

/* The longest beginning of a character, or a byte that begins none. */
static size_t
subpart(const char *text, size_t len)
{
	size_t n = 1;

	while (n < len && n < 3 && utf8_length(text, n) == -1 &&
	    utf8_length(text, n + 1) == -1)
		n++;
	return n;
}

/* Appends the raw bytes with what is bad replaced. */
static void
replace(struct feed *f, size_t have)
{
	size_t at = 0, n;

	for (;;) {
		n = utf8_check(f->raw + at, have - at);
		memcpy(f->bytes + f->len, f->raw + at, n);
		f->len += n;
		at += n;
		hold_back(f, f->raw + at, have - at);
		if (!f->bad)
			return;
		f->bad = false;
		memcpy(f->bytes + f->len, replacement, sizeof(replacement));
		f->len += sizeof(replacement);
		at += subpart(f->raw + at, have - at);
	}
}

int
feed_next(struct feed *f, size_t used, struct err *e)
{
	size_t have = f->n_cut;
	char *to;

	f->len -= used;
	memmove(f->bytes, f->bytes + used, f->len);
	memset(f->bytes + f->len, 0, SCAN_SLACK);
	if (f->bad || f->ended)
		return 0;
	to = f->raw != NULL ? f->raw : f->bytes;
	if (f->raw == NULL)
		have += f->len;
	memcpy(to + have - f->n_cut, f->cut, f->n_cut);
	if ((f->begun ? read_more(f, to, &have, e) :
	    begin(f, to, &have, e)) != 0)
		return -1;
	if (f->raw != NULL)
		replace(f, have);
	else
		check(f, have);
	memset(f->bytes + f->len, 0, SCAN_SLACK);
	return 0;
}
