/*
 * Fuzz target: the scanner's bodies and all ways to cut the input agree, what
 * it takes json_pick takes, and yajl reads every projection.
 *
 * The first byte chooses the fields and the root, the second the cuts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "csv/record.h"
#include "csv/sizes.h"
#include "json/scan.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const field_lists[] = { NULL, "a?", "a?,b?,a.b?", "b.0?,b?",
	"a.b.c?,c?,b=x?" };
static const char *const roots[] = { ".", "r", "r.s" };

enum { LIMIT = 1 << 20 };

struct result {
	bool taken;
	uint64_t records;
	struct buffer text;
};

static int
count_row(void *ctx, const struct cell *cells, uint32_t row, struct err *e)
{
	uint64_t *rows = ctx;

	(void)cells;
	(void)row;
	(void)e;
	++*rows;
	return 0;
}

/* yajl must take what the scanner took. */
static void
read_back(struct batch *b, uint32_t leaves)
{
	const struct array_style arrays = { .form = ARRAYS_JSON };
	struct record_reader *r;
	uint64_t rows = 0;
	struct err e = ERR_NONE;

	r = record_reader_new(leaves, 64 * LIMIT, 64 * LIMIT, LIMIT,
	    &arrays, NULL, count_row, &e);
	if (r == NULL || record_read(r, b, &rows, &e) != 0 ||
	    rows != b->n_records)
		abort();
	record_reader_free(r);
}

static void
empty(struct batch *b, const struct projection *projection, struct result *out)
{
	if (buffer_add(&out->text, b->text.bytes, b->text.size) != 0)
		abort();
	read_back(b, projection->n_leaves);
	batch_rewind(b);
}

static bool
feed(struct scan *s, const struct projection *projection, const uint8_t *data,
    size_t size, size_t step, struct result *out)
{
	size_t from = 0, to = 0, used;
	enum scan_status status;
	struct err e = ERR_NONE;
	char *piece;

	do {
		to = size - to > step ? to + step : size;
		do {
			piece = calloc(1, to - from + SCAN_SLACK);
			if (piece == NULL)
				abort();
			if (to > from)
				memcpy(piece, data + from, to - from);
			status = scan_feed(s, piece, to - from, &used, &e);
			free(piece);
			from += used;
			if (status == SCAN_FULL)
				empty(s->batch, projection, out);
		} while (status == SCAN_FULL);
		if (status == SCAN_ERROR)
			return false;
		if (to - from > SCAN_TAIL)
			abort();
	} while (to < size);
	return scan_end(s, to - from, &e) == 0;
}

static void
scan(const uint8_t *data, size_t size, uint8_t how, size_t step, bool plain,
    struct result *out)
{
	const struct scan_policy policy = { .max_depth = 100,
		.max_record = SIZE_MAX,
		.replace = (how & 0x80) != 0 };
	const char *list = field_lists[how % 5];
	struct fields fields = { 0 };
	struct projection projection;
	struct batch batch;
	struct path root;
	struct scan s;
	struct err e = ERR_NONE;
	uint32_t leaf[8];

	buffer_init(&out->text, LIMIT);
	if (path_parse(&root, roots[how / 5 % 3], NULL, &e) != 0 || (list != NULL &&
	    fields_parse(&fields, list, &e) != 0) || projection_init(&projection,
	    &(struct selection){ .root = &root, .fields = list != NULL ?
	    &fields : NULL }, leaf, &e) != 0 ||
	    scan_init(&s, &projection, &policy, &e) != 0 ||
	    batch_init(&batch, &sizes_default.batch, LIMIT) != 0)
		abort();
	if (plain)
		scan_use_plain(&s);
	s.batch = &batch;
	out->taken = feed(&s, &projection, data, size, step, out);
	scan_drop_cut(&s);
	empty(&batch, &projection, out);
	out->records = s.records;
	batch_free(&batch);
	scan_free(&s);
	projection_free(&projection);
	path_free(&root);
	fields_free(&fields);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result whole, cut;
	struct err e = ERR_NONE;
	uint8_t how;
	size_t step;

	if (size < 2 || size > 4096)
		return 0;
	how = data[0];
	step = data[1] + 1u;
	data += 2;
	size -= 2;
	if (utf8_check(data, size) != utf8_check_plain(data, size))
		abort();
	if (utf8_check(data, size) != size)
		return 0;
	scan(data, size, how, size + 1, true, &whole);
	scan(data, size, how, step, false, &cut);
	if (whole.taken != cut.taken || whole.records != cut.records ||
	    whole.text.size != cut.text.size || (whole.text.size > 0 &&
	    memcmp(whole.text.bytes, cut.text.bytes, cut.text.size) != 0))
		abort();
	/* below a root, any one document is an input */
	if (how / 5 % 3 != 0 && (how & 0x80) == 0 && whole.records == 0 &&
	    memchr(data, 'r', size) == NULL && memchr(data, '\\', size) == NULL &&
	    !whole.taken && json_pick(data, size, NULL, 0, &e) == 0 &&
	    (size < 3 || memcmp(data, "\xef\xbb\xbf", 3) != 0) &&
	    memchr(data, '[', size) == NULL && memchr(data, '{', size) == NULL)
		abort();
	buffer_free(&whole.text);
	buffer_free(&cut.text);
	return 0;
}
