/*
 * Fuzz target: the whole conversion, as a plain sequential walk in one go, and
 * with tiny blocks, batches and windows and several threads: the same rows,
 * counts and message.
 *
 * The first bytes choose: three the options, one the memory and the threads,
 * four the sizes; and all of them conditions and a limit.  The rest is the input, which may come several times in a
 * row, so that little input has rows for more than one window.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csv/convert.h"
#include "csv/block_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_suppressions(void);

/* It takes it that regexec(3) reads up to a NUL, also where REG_STARTEND says
 * where the text ends. */
const char *
__asan_default_suppressions(void)
{
	return "interceptor_name:regexec";
}

static void
ignore(const struct err *e)
{
	(void)e;
}

struct outcome {
	int rc;
	struct err e;
	struct omission left;
	uint64_t records;
	char *rows;
	size_t len;
};

static void
run(const struct conversion *o, const uint8_t *data, size_t size,
    unsigned times, struct outcome *r)
{
	struct input in = { .fd = memfd_create("in", 0), .name = "in",
		.stop = -1 };
	struct output out = { .fd = memfd_create("out", 0), .name = "out",
		.stop = -1 };
	struct face face = { .quiet = true };
	struct waits waits = { 0 };
	struct meter m;

	memset(r, 0, sizeof(*r));
	if (in.fd < 0 || out.fd < 0)
		abort();
	for (; times > 0; times--) {
		if (write(in.fd, data, size) != (ssize_t)size)
			abort();
	}
	if (lseek(in.fd, 0, SEEK_SET) != 0)
		abort();
	meter_begin(&m, &face, &waits, "records", 0);
	r->rc = convert(o, &in, &out, &m, &r->left, &r->e);
	if (r->rc != 0 && r->e.code != EXIT_DATA)
		abort();
	r->records = m.records;
	r->len = out.bytes;
	r->rows = malloc(r->len + 1);
	if (r->rows == NULL ||
	    pread(out.fd, r->rows, r->len, 0) != (ssize_t)r->len)
		abort();
	close(in.fd);
	close(out.fd);
}

/* Lines that are skipped after a row that cannot be made may be counted or
 * not: it depends on how far the walk was ahead.  The same goes for all that
 * comes after the last row of a limit. */
static bool
same(const struct outcome *a, const struct outcome *b, bool limited)
{
	if (a->rc != b->rc || a->len != b->len ||
	    memcmp(a->rows, b->rows, a->len) != 0)
		return false;
	return (limited && a->rc == 0) || (a->records == b->records &&
	    (a->rc == 0 ? a->left.late == b->left.late &&
	    a->left.lines == b->left.lines &&
	    strcmp(a->left.first, b->left.first) == 0 :
	    a->e.code == b->e.code && strcmp(a->e.text, b->e.text) == 0));
}

static void
swap(struct field *a, struct field *b)
{
	struct field c = *a;

	*a = *b;
	*b = c;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lists[] = { NULL, "a?", "a?,a.b?,b.0?", "c,b?" };
	static const char *const unwinds[] = { "a?", "b?", "a.b?", "c.0?" };
	static const char *const inner[] = { "a.c?", "b.a?", "c?", "a.b.c?" };
	static const char *const conditions[] = { "a = 1", "b.0 != \"x\"",
	    "a? < 2.50", "c >= b", "a.b ~ x|[0-9]", "a exists", "b missing",
	    "b.0.a > 1e1" };
	static const char *const roots[] = { "r", "r.*", "*", "*.a", "a.b.*",
	    "*.*" };
	static const char *const keys[] = { "key", "b" };
	static const char *const separators[] = { ";", "", "--" };
	struct fields unwind = { 0 };
	struct fields fields = { 0 };
	struct conversion o = { .header = true, .null_text = "", .threads = 1,
		.memory = CONVERT_MEMORY_MIN, .policy.max_depth = 64,
		.skipped = ignore };
	struct sizes s = sizes_default;
	struct outcome plain, tiny;
	struct err e = ERR_NONE;
	unsigned times, more = 0, i, n_any = 0;
	struct where where = { 0 };

	if (size < 8 || size > 8192)
		return 0;
	csv_init(&o.csv, ',', (data[0] & 1) != 0);
	o.csv.quote = (enum csv_quote)(data[0] >> 1 & 3) % 3;
	o.csv.guard = (data[0] & 8) != 0;
	o.policy.repeat = (enum scan_repeat)(data[0] >> 4 & 3) % 3;
	o.replace = o.policy.replace = (data[0] & 64) != 0;
	o.policy.drop_late = o.bom = (data[0] & 128) != 0;
	o.max_errors = data[1] & 3;
	o.policy.extra_error = (data[1] & 4) != 0;
	for (i = 0; i < 8; i++)
		more = (more * 31 + data[i]) % 1000003;
	if ((data[1] & 8) != 0 && path_parse(&o.root, roots[more / 240 % 6],
	    NULL, &e) != 0)
		abort();
	o.keys = keys;
	o.n_keys = (uint32_t)(more / 1440 % 3);
	for (i = 0; i < o.n_keys; i++)
		n_any += o.root.any >> i & 1;
	if (n_any < o.n_keys)
		o.n_keys = 0;
	o.whole = more / 4320 % 4 == 0;
	o.header_row = more / 17280 % 4 == 0;
	o.policy.refuse_nul = (data[1] & 16) != 0;
	o.policy.nan = (enum scan_nan)((data[1] >> 4 ^ data[0]) & 3) % 3;
	o.arrays.form = (enum array_form)(data[1] >> 5 & 3) % 3;
	o.arrays.separator = separators[(data[2] >> 2 & 3) % 3];
	o.arrays.null_text = o.null_text = (data[2] & 16) != 0 ? "NULL" : "";
	if ((data[2] & 32) != 0) {
		if (fields_parse(&unwind, unwinds[data[2] >> 6], &e) != 0 ||
		    (more % 2 == 0 && fields_parse(&unwind,
		    inner[more / 2 % 4], &e) != 0))
			abort();
		if (unwind.n == 2 && unwind.list[0].path.n >
		    unwind.list[1].path.n)
			swap(&unwind.list[0], &unwind.list[1]);
		o.unwind = &unwind;
	}
	if (lists[data[2] & 3] != NULL) {
		if (fields_parse(&fields, lists[data[2] & 3], &e) != 0)
			abort();
		o.fields = &fields;
	}
	if ((data[3] & 3) != 0)
		o.memory = 256u << (data[3] & 3) << (data[3] >> 2 & 7);
	times = 1 + (data[3] >> 5);
	if (more % 3 == 0) {
		if (where_parse(&where, conditions[more / 3 % 8], &e) != 0 ||
		    where_parse(&where, conditions[more / 24 % 8], &e) != 0)
			abort();
		o.where = &where;
	}
	if (more % 5 == 0)
		o.limit = 1 + more / 5 % 7;
	run(&o, data + 8, size - 8, times, &plain);
	o.threads = 1 + (data[7] & 3);
	o.sizes = &s;
	s.block = BLOCK_MIN + data[4];
	s.batch = (struct batch_size){ .text = 1 + data[5],
		.leaves = 1 + (data[6] & 15), .records = 1 + (data[6] >> 4),
		.kept = 16 + data[4] };
	s.window = 1 + data[7];
	s.kept = 1 + (size_t)data[5] * 64;
	run(&o, data + 8, size - 8, times, &tiny);
	if (!same(&plain, &tiny, o.limit != 0))
		abort();
	free(plain.rows);
	free(tiny.rows);
	where_free(&where);
	fields_free(&unwind);
	path_free(&o.root);
	fields_free(&fields);
	return 0;
}
