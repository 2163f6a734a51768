/*
 * Fuzz target: the whole conversion, with one thread in one go and with two in
 * small blocks: no fault and the same rows.
 *
 * The first three bytes choose the options.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csv/convert.h"
#include "csv/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(const struct err *e)
{
	(void)e;
}

static int
run(const struct conversion *o, const uint8_t *data, size_t size, char **rows,
    size_t *len)
{
	struct input in = { .fd = memfd_create("in", 0), .name = "in",
		.stop = -1 };
	struct output out = { .fd = memfd_create("out", 0), .name = "out",
		.stop = -1 };
	struct face face = { .quiet = true };
	struct omission left;
	struct meter m;
	struct err e = ERR_NONE;
	int rc;

	if (in.fd < 0 || out.fd < 0 || write(in.fd, data, size) !=
	    (ssize_t)size || lseek(in.fd, 0, SEEK_SET) != 0)
		abort();
	meter_begin(&m, &face, "records");
	rc = convert(o, &in, &out, &m, &left, &e);
	if (rc != 0 && e.code != EXIT_DATA)
		abort();
	*len = out.bytes;
	*rows = malloc(*len + 1);
	if (*rows == NULL || pread(out.fd, *rows, *len, 0) != (ssize_t)*len)
		abort();
	close(in.fd);
	close(out.fd);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lists[] = { NULL, "a?", "a?,a.b?,b.0?", "c,b?" };
	static const char *const unwinds[] = { "a", "b", "a.b", "c.0" };
	static const char *const separators[] = { ";", "", "--" };
	struct path unwind = { 0 };
	struct fields fields = { 0 };
	struct conversion o = { .header = true, .null_text = "", .threads = 1,
		.memory = CONVERT_MEMORY_MIN, .policy.max_depth = 64,
		.skipped = ignore };
	struct sizes s = sizes_default;
	char *one, *two;
	size_t n_one, n_two;
	struct err e = ERR_NONE;
	int rc;

	if (size < 3 || size > 8192)
		return 0;
	csv_init(&o.csv, ',', (data[0] & 1) != 0);
	o.csv.quote = (enum csv_quote)(data[0] >> 1 & 3) % 3;
	o.csv.guard = (data[0] & 8) != 0;
	o.policy.repeat = (enum scan_repeat)(data[0] >> 4 & 3) % 3;
	o.replace = o.policy.replace = (data[0] & 64) != 0;
	o.policy.drop_late = o.bom = (data[0] & 128) != 0;
	o.max_errors = data[1] & 3;
	o.policy.extra_error = (data[1] & 4) != 0;
	if ((data[1] & 8) != 0 && path_parse(&o.root, "r", NULL, &e) != 0)
		abort();
	o.policy.refuse_nul = (data[1] & 16) != 0;
	o.arrays.form = (enum array_form)(data[1] >> 5 & 3) % 3;
	o.arrays.separator = separators[(data[2] >> 2 & 3) % 3];
	o.arrays.null_text = o.null_text = (data[2] & 16) != 0 ? "NULL" : "";
	if ((data[2] & 32) != 0) {
		if (path_parse(&unwind, unwinds[data[2] >> 6], NULL, &e) != 0)
			abort();
		o.unwind = &unwind;
		o.unwind_optional = true;
	}
	if (lists[data[2] & 3] != NULL) {
		if (fields_parse(&fields, lists[data[2] & 3], &e) != 0)
			abort();
		o.fields = &fields;
	}
	rc = run(&o, data + 3, size - 3, &one, &n_one);
	o.threads = 2;
	s.block = FEED_BLOCK_MIN + data[1] % 64;
	s.window = data[2];
	s.batch.records = 1 + data[1] % 5;
	o.sizes = &s;
	if (run(&o, data + 3, size - 3, &two, &n_two) != rc ||
	    n_one != n_two || memcmp(one, two, n_one) != 0)
		abort();
	free(one);
	free(two);
	path_free(&unwind);
	path_free(&o.root);
	fields_free(&fields);
	return 0;
}
