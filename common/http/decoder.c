/* decoder: inflate, told by the data itself whether it is gzip or zlib. */
#include "http/decoder.h"

#include <stdlib.h>
#include <strings.h>
#define ZLIB_CONST
#include <zlib.h>

enum { PIECE = 64 * 1024, DETECT = 15 + 32 };

struct stream {
	z_stream z;
	bool fed;
	unsigned char piece[PIECE];
};

bool
decoder_knows(const char *encoding)
{
	return encoding != NULL && (strcasecmp(encoding, "gzip") == 0 ||
	    strcasecmp(encoding, "x-gzip") == 0 ||
	    strcasecmp(encoding, "deflate") == 0);
}

int
decoder_begin(struct decoder *d, struct err *e)
{
	struct stream *s;

	decoder_free(d);
	s = calloc(1, sizeof *s);
	if (s == NULL || inflateInit2(&s->z, DETECT) != Z_OK) {
		free(s);
		return err_set(e, EXIT_INTERNAL, "cannot set up zlib");
	}
	d->stream = s;
	d->ended = false;
	return 0;
}

void
decoder_free(struct decoder *d)
{
	struct stream *s = d->stream;

	if (s != NULL)
		inflateEnd(&s->z);
	free(s);
	d->stream = NULL;
}

/* One call of inflate. */
static int
step(struct decoder *d, size_t *made, struct err *e)
{
	struct stream *s = d->stream;
	int r;

	/* After the end of one member of gzip another may follow. */
	if (d->ended && inflateReset(&s->z) != Z_OK)
		return err_set(e, EXIT_INTERNAL, "cannot reset zlib");
	d->ended = false;
	s->z.next_out = s->piece;
	s->z.avail_out = PIECE;
	r = inflate(&s->z, Z_NO_FLUSH);
	*made = PIECE - s->z.avail_out;
	if (r == Z_STREAM_END) {
		d->ended = true;
		return 0;
	}
	if (r == Z_OK || r == Z_BUF_ERROR)
		return 0;
	return err_set(e, EXIT_DATA, "the compressed body is malformed: %s",
	    s->z.msg != NULL ? s->z.msg : "zlib gives no reason");
}

int
decoder_run(struct decoder *d, const void *data, size_t len,
    int (*take)(void *ctx, const void *data, size_t len, struct err *e),
    void *ctx, struct err *e)
{
	struct stream *s = d->stream;
	size_t made = PIECE;

	s->fed |= len > 0;
	while (len > 0 || made == PIECE) {
		unsigned n = len > PIECE ? PIECE : (unsigned)len;

		if (d->ended && len == 0)
			break;
		s->z.next_in = data;
		s->z.avail_in = n;
		if (step(d, &made, e) == -1)
			return -1;
		data = s->z.next_in;
		len -= n - s->z.avail_in;
		if (made > 0 && take(ctx, s->piece, made, e) == -1)
			return -1;
	}
	return 0;
}

int
decoder_end(const struct decoder *d, struct err *e)
{
	const struct stream *s = d->stream;

	if (s == NULL || !s->fed || d->ended)
		return 0;
	return err_set(e, EXIT_DATA, "the compressed body ends early");
}
