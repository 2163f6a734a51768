/*
 * Unit test of memory streams: texts of many lengths, and, while the n-th
 * allocation fails, for every n, either the whole text or none.
 *
 * The allocation functions are those of this file.  A sanitizer has its own, so
 * there is nothing to fail with one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memstream.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__GLIBC__)
enum { OURS = 0 };
static long left;
#else
enum { OURS = 1 };

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static long left;		/* allocations until the one that fails */

static bool
fails(void)
{
	return left > 0 && --left == 0;
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
#endif

enum { LONGEST = 300000 };

static char want[LONGEST];

/* Writes the first size bytes of want in steps, as the n-th allocation fails:
 * 0, 1 if there is an error, -1 if the text is wrong without one. */
static int
write_text(size_t size, size_t step, long n)
{
	char *text;
	size_t len;
	FILE *f;
	bool failed;
	int rc;

	left = n;
	f = memstream_open(&text, &len);
	for (size_t at = 0; f != NULL && at < size; at += step)
		fwrite(want + at, 1, at + step < size ? step : size - at, f);
	failed = f == NULL || fclose(f) != 0;
	left = 0;
	rc = failed ? text == NULL : len == size && text[len] == '\0' &&
	    memcmp(text, want, size) == 0 ? 0 : -1;
	free(text);
	return failed && rc == 0 ? -1 : rc;
}

int
main(void)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 4095, 4096, 4097,
		100000, LONGEST };
	static const size_t steps[] = { 1, 100, 5000 };
	bool good = true;
	unsigned errors = 0;

	for (size_t i = 0; i < sizeof want; i++)
		want[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
			good &= write_text(sizes[i], steps[j], 0) == 0;
	ok(good, "texts of all lengths");
	good = true;
	for (long n = 1; OURS && n < 40; n++)
		for (size_t j = 0; j < sizeof steps / sizeof *steps; j++) {
			int rc = write_text(LONGEST, steps[j], n);

			good &= rc >= 0;
			errors += rc == 1;
		}
	ok(good, "without memory the whole text or none");
	ok(!OURS || errors > 10, "... and a lack of it is told");
	return tap_done();
}
