/* body_writer: the place after which a byte is out and cannot be taken back. */
#include "fetch/body_writer.h"

#include <string.h>

int
body_writer_allows(const struct body_writer *w, uint64_t len, struct err *e)
{
	if (w->limit != 0 && (w->bytes > w->limit ||
	    len > w->limit - w->bytes))
		return err_set(e, EXIT_DATA, "more than the %llu bytes of "
		    "--max-size", (unsigned long long)w->limit);
	return 0;
}

static int
put_bytes(struct body_writer *w, const char *data, size_t len, struct err *e)
{
	if (len == 0)
		return 0;
	if (body_writer_allows(w, len, e) == -1 ||
	    (w->hash != NULL && sha256_add(w->hash, data, len, e) == -1) ||
	    output_write(w->out, data, len, e) == -1)
		return -1;
	w->bytes += len;
	w->last = data[len - 1];
	atomic_fetch_add(&w->meter->out, len);
	return 0;
}

/* What belongs between the body before and this one. */
static int
separate(struct body_writer *w, struct err *e)
{
	if (!w->between)
		return 0;
	w->between = false;
	if (w->lines && w->bytes > 0 && w->last != '\n' &&
	    put_bytes(w, "\n", 1, e) == -1)
		return -1;
	return w->separator == NULL ? 0 : put_bytes(w, w->separator,
	    strlen(w->separator), e);
}

static int
put(void *ctx, const void *data, size_t len, struct err *e)
{
	struct body_writer *w = ctx;

	return separate(w, e) == -1 ? -1 : put_bytes(w, data, len, e);
}

int
body_writer_begin(struct body_writer *w, bool encoded, struct err *e)
{
	w->decoding = encoded;
	return encoded ? decoder_begin(&w->decoder, e) : 0;
}

int
body_writer_write(struct body_writer *w, const void *data, size_t len,
    struct err *e)
{
	if (!w->decoding)
		return put(w, data, len, e);
	return decoder_run(&w->decoder, data, len, put, w, e);
}

int
body_writer_end(struct body_writer *w, struct err *e)
{
	if (separate(w, e) == -1 ||
	    (w->decoding && decoder_end(&w->decoder, e) == -1))
		return -1;
	w->decoding = false;
	w->between = true;
	return 0;
}

void
body_writer_free(struct body_writer *w)
{
	decoder_free(&w->decoder);
}
