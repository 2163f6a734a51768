/*
 * Unit test of a conversion whose n-th allocation fails, for every n, with one
 * thread and with several: either all is well, since a slice is converted again
 * by the driver and fclose(3) need not shrink a stream, or it ends with code
 * 70, and what it has written is whole rows of the right output.
 *
 * The allocation functions are those of this file.  A sanitizer has its own,
 * so there is nothing to test with one.
 */
#define _GNU_SOURCE	/* memfd_create */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csv/convert.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__GLIBC__)
int
main(void)
{
	printf("1..0 # SKIP the allocation functions are not ours\n");
	return 0;
}
#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static atomic_long left;	/* allocations until the one that fails */
static atomic_bool failed;

static bool
fails(void)
{
	if (atomic_load(&left) == 0 || atomic_fetch_sub(&left, 1) != 1)
		return false;
	atomic_store(&failed, true);
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

enum { INPUT_MAX = 64 * 1024, ROWS_MAX = 2 * INPUT_MAX };

static char input[INPUT_MAX], want[ROWS_MAX], rows[ROWS_MAX];
static size_t input_len;

static void
ignore(const struct err *e)
{
	(void)e;
}

/* Converts the input while the n-th allocation fails; 0: none. */
static int
run(const struct conversion *o, long n, char *to, size_t *len, struct err *e)
{
	struct input in = { .fd = memfd_create("in", 0), .name = "in",
		.stop = -1 };
	struct output out = { .fd = memfd_create("out", 0), .name = "out",
		.stop = -1 };
	struct face face = { .quiet = true };
	struct waits waits = { 0 };
	struct omission omission;
	struct meter m;
	int rc;

	if (in.fd < 0 || out.fd < 0 || write(in.fd, input, input_len) !=
	    (ssize_t)input_len || lseek(in.fd, 0, SEEK_SET) != 0)
		abort();
	meter_begin(&m, &face, &waits, "records", 0);
	atomic_store(&failed, false);
	atomic_store(&left, n);
	rc = convert(o, &in, &out, &m, &omission, e);
	atomic_store(&left, 0);
	*len = out.bytes;
	if (*len > ROWS_MAX || pread(out.fd, to, *len, 0) != (ssize_t)*len)
		abort();
	close(in.fd);
	close(out.fd);
	return rc;
}

/* Records of many layouts: some with long rows, some that fool a cut, some
 * whose strings have escapes, one in error if lines are skipped. */
static void
generate(bool bad)
{
	char *p = input, *end = input + sizeof(input) - 2048;
	unsigned i;

	for (i = 0; i < 100 && p < end; i++) {
		p += sprintf(p, "{\"id\":%u,\"a\":\"%s\",\"t\":[{\"n\":1},"
		    "{\"n\":[1,\"x\"]}],\"g\":{\"b\":\"\\u0041\\n\"}", i,
		    i % 7 == 0 ? "},{\\\"id\\\":" : "x");
		if (i % 20 == 15)
			p += sprintf(p, ",\"c\":\"%0700d\"", 1);
		p += sprintf(p, bad && i == 50 ? "]\n" : "}\n");
	}
	input_len = (size_t)(p - input);
}

/* Whether the rows are the first of what is wanted, or, before the columns were
 * learnt, have the columns that were known. */
static bool
right(const struct conversion *o, size_t len, size_t n_want)
{
	size_t header = strcspn(want, "\n") + 1;

	if (len == 0)
		return true;
	if (len > n_want || rows[len - 1] != '\n')
		return false;
	return memcmp(rows, want, len) == 0 || (o->fields == NULL &&
	    memcmp(rows, want, header) != 0);
}

static void
test(const struct conversion *o, const char *title)
{
	struct err e = ERR_NONE;
	size_t len, n_want;
	long n, fatal = 0, wrong = 0;
	int rc;

	if (run(o, 0, want, &n_want, &e) != 0) {
		ok(false, "%s: %s", title, e.text);
		return;
	}
	for (n = 1; n < 100000; n++) {
		rc = run(o, n, rows, &len, &e);
		if (!atomic_load(&failed))
			break;
		fatal += rc != 0;
		if (!right(o, len, n_want) || (rc == 0 ?
		    len != n_want : e.code != EXIT_INTERNAL ||
		    strstr(e.text, "out of memory") == NULL)) {
			printf("# allocation %ld: %d, %zu of %zu bytes, code %d: "
			    "%s\n", n, rc, len, n_want, e.code, e.text);
			wrong++;
		}
	}
	ok(fatal > 30 && wrong == 0, "%s: %ld failures, %ld of them fatal",
	    title, n - 1, fatal);
}

int
main(void)
{
	struct sizes tiny = { .block = 200, .batch = { .text = 200,
		.leaves = 40, .records = 7, .kept = 400 }, .window = 300,
		.kept = 4000 };
	struct conversion o = { .header = true, .null_text = "",
		.memory = CONVERT_MEMORY_MIN, .policy.max_depth = 12,
		.skipped = ignore, .arrays.separator = ",",
		.arrays.null_text = "", .sizes = &tiny, .threads = 1 };
	struct fields fields = { 0 };
	struct err e = ERR_NONE;
	struct fields t = { 0 };

	if (fields_parse(&fields, "id,a,g,g.b,t,c?", &e) != 0 ||
	    fields_parse(&t, "t", &e) != 0)
		abort();
	csv_init(&o.csv, ',', false);
	generate(false);
	test(&o, "all columns, one thread");
	o.fields = &fields;
	test(&o, "fields, one thread");
	o.threads = 3;
	test(&o, "fields, three threads");
	o.arrays.form = ARRAYS_JOINED;
	test(&o, "arrays joined, three threads");
	o.arrays.form = ARRAYS_JSON;
	o.unwind = &t;
	test(&o, "unwound, three threads");
	o.unwind = NULL;
	o.fields = NULL;
	test(&o, "all columns, three threads");
	o.fields = &fields;
	o.max_errors = 1;
	generate(true);
	test(&o, "a line skipped, three threads");
	fields_free(&t);
	fields_free(&fields);
	return tap_done();
}
#endif
