/* sink: where a byte becomes final. */
#include "fetch/sink.h"

int
sink_allows(const struct sink *s, uint64_t len, struct err *e)
{
	if (s->limit != 0 && (s->bytes > s->limit ||
	    len > s->limit - s->bytes))
		return err_set(e, EXIT_DATA, "more than the %llu bytes of "
		    "--max-size", (unsigned long long)s->limit);
	return 0;
}

static int
put(void *ctx, const void *data, size_t len, struct err *e)
{
	struct sink *s = ctx;

	if (sink_allows(s, len, e) == -1 ||
	    (s->hash != NULL && sha256_add(s->hash, data, len, e) == -1) ||
	    output_write(s->out, data, len, e) == -1)
		return -1;
	s->bytes += len;
	atomic_fetch_add(&s->meter->out, len);
	meter_tick(s->meter);
	return 0;
}

int
sink_begin(struct sink *s, bool encoded, struct err *e)
{
	s->decoding = encoded;
	return encoded ? decoder_begin(&s->decoder, e) : 0;
}

int
sink_write(struct sink *s, const void *data, size_t len, struct err *e)
{
	if (!s->decoding)
		return put(s, data, len, e);
	return decoder_run(&s->decoder, data, len, put, s, e);
}

int
sink_end(struct sink *s, struct err *e)
{
	return s->decoding ? decoder_end(&s->decoder, e) : 0;
}

void
sink_free(struct sink *s)
{
	decoder_free(&s->decoder);
}
