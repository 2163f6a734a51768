/* decoder: gunzip, told by the data itself whether it is gzip or zlib. */
#include "http/decoder.h"

#include <stdlib.h>
#include <strings.h>

#include "deflate/gunzip.h"

enum { PIECE = 64 * 1024 };	/* bytes that take gets at once, at most */

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
	decoder_free(d);
	d->gunzip = gunzip_new(true, e);
	if (d->gunzip == NULL)
		return -1;
	d->piece = malloc(PIECE);
	return d->piece != NULL ? 0 : err_memory(e);
}

void
decoder_free(struct decoder *d)
{
	gunzip_free(d->gunzip);
	free(d->piece);
	*d = (struct decoder){ 0 };
}

int
decoder_run(struct decoder *d, const void *data, size_t len,
    int (*take)(void *ctx, const void *data, size_t len, struct err *e),
    void *ctx, struct err *e)
{
	struct gunzip_step s = { .in = data, .in_len = len };

	do {
		s.out = d->piece;
		s.out_len = PIECE;
		if (gunzip_run(d->gunzip, &s, e) != 0)
			return err_prefix(e, "the compressed body is malformed");
		if (s.out_len < PIECE &&
		    take(ctx, d->piece, PIECE - s.out_len, e) == -1)
			return -1;
	} while (s.in_len > 0 || s.out_len == 0);
	return 0;
}

int
decoder_end(const struct decoder *d, struct err *e)
{
	return d->gunzip == NULL || gunzip_end(d->gunzip, e) == 0 ? 0 :
	    err_prefix(e, "the compressed body ends early");
}
