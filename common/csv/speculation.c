/* speculation: check, walk, make rows, and give up early. */
#include <stdlib.h>

#include "csv/speculation.h"
#include "base/utf8.h"
#include "json/scan_lenient.h"

struct speculator {
	struct projection projection;
	struct scan scan;
	struct rows *rows;
};

struct speculator *
speculator_new(const struct projection *projection,
    const struct scan_policy *policy, struct rows *rows, size_t max_record, struct err *e)
{
	struct scan_policy lenient = *policy;
	struct speculator *w = calloc(1, sizeof(*w));

	lenient.drop_late = true;	/* they are counted */
	if (lenient.max_record > max_record)
		lenient.max_record = max_record;
	if (lenient.max_depth > SCAN_DEPTH)
		lenient.max_depth = SCAN_DEPTH;	/* one scan's levels do */
	if (w == NULL || projection_copy(&w->projection, projection, e) != 0 ||
	    scan_init(&w->scan, &w->projection, &lenient, e) != 0) {
		speculator_free(w);
		err_memory(e);
		return NULL;
	}
	w->rows = rows;
	return w;
}

void
speculator_free(struct speculator *w)
{
	if (w == NULL)
		return;
	scan_free(&w->scan);
	projection_free(&w->projection);
	free(w);
}

/* More rows than a window takes: the slice is given up. */
static int
refuse(void *ctx, const char *rows, size_t len, uint64_t n, struct err *e)
{
	(void)ctx;
	(void)rows;
	(void)len;
	(void)n;
	return err_set(e, EXIT_DATA, "too many rows for a slice");
}

bool
speculate(struct speculator *w, const struct block *b, struct scan_part *p,
    struct batch *batch, struct window *rows, uint64_t *n)
{
	const struct rows_outlet outlet = { .write = refuse };
	enum scan_status status;
	size_t at = 0, used;
	uint64_t more;
	struct err e = ERR_NONE;

	if (utf8_check(b->bytes, b->len) != b->len)
		return false;
	p->comma_first = scan_comma_first(b->bytes);
	scan_part_begin(&w->scan, p);
	w->scan.batch = batch;
	*n = 0;
	do {
		if (batch_rewind(batch) != 0)
			return false;
		status = scan_feed(&w->scan, b->bytes + at, b->len - at, &used,
		    &e);
		at += used;
		if (status == SCAN_ERROR || (status == SCAN_MORE &&
		    (at < b->len || !scan_part_end(&w->scan, p, at))))
			return false;
		if (rows_write(w->rows, batch, rows, &outlet, &more, &e) != 0)
			return false;
		*n += more;
	} while (status == SCAN_FULL);
	return true;
}
