/* sink: where a byte becomes final. */
#include "network/sink.h"

int
sink_allows(const struct sink *s, uint64_t len, struct err *e)
{
	if (s->limit != 0 && len > s->limit - s->bytes)
		return err_set(e, EXIT_DATA, "more than the %llu bytes of "
		    "--max-size", (unsigned long long)s->limit);
	return 0;
}

int
sink_write(struct sink *s, const void *data, size_t len, struct err *e)
{
	if (sink_allows(s, len, e) == -1 ||
	    output_write(s->out, data, len, e) == -1)
		return -1;
	s->bytes += len;
	atomic_fetch_add(&s->meter->out, len);
	meter_tick(s->meter);
	return 0;
}
