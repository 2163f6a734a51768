/* window: limits, rewinding, patching, reading back, and what it allocates. */
#include "base/window.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

static void
limits(void)
{
	struct window w;
	char block[1000];

	memset(block, 'x', sizeof block);
	ok(window_init(&w, 0) == -1 && errno == EINVAL, "no limit, no window");
	ok(window_init(&w, 2500) == 0, "a window of 2500 bytes");
	ok(window_write(&w, block, 1000) == 0 &&
	    window_write(&w, block, 1000) == 0, "holds 2000");
	ok(window_write(&w, block, 501) == -1 && errno == ENOSPC,
	    "one byte over the limit is refused");
	ok(window_size(&w) == 2000, "and nothing of it is in");
	ok(window_write(&w, block, 500) == 0 && window_size(&w) == 2500,
	    "up to the limit is fine");
	ok(window_write(&w, block, 0) == 0, "nothing more always fits");
	ok(window_write(&w, block, SIZE_MAX) == -1, "SIZE_MAX does not wrap");
	ok(window_bytes(&w)[2499] == 'x', "the last byte is there");
	window_free(&w);
	window_free(&w);
	ok(true, "freed twice");
}

static void
reuse(void)
{
	struct window w;
	const char *first;
	char block[4096], back[4096];
	FILE *f;

	ok(window_init(&w, 1 << 20) == 0, "a window of 1 MiB");
	memset(block, 'a', sizeof block);
	for (int i = 0; i < 256; i++)
		if (window_write(&w, block, sizeof block) != 0)
			break;
	ok(window_size(&w) == 1 << 20, "filled to the limit");
	first = window_bytes(&w);
	ok(malloc_usable_size(w.cell->bytes) < (1 << 20) + 8192,
	    "the allocation is the limit and little more (%zu)",
	    malloc_usable_size(w.cell->bytes));
	window_rewind(&w);
	ok(window_size(&w) == 0, "empty after a rewind");
	ok(window_write(&w, "hello, pipe", 11) == 0, "written again");
	ok(window_bytes(&w) == first, "in the same memory");
	ok(memcmp(window_bytes(&w), "hello, pipe", 11) == 0,
	    "and only the new bytes are there");
	ok(window_patch(&w, 0, "J", 1) == 0 && window_write(&w, "!", 1) == 0 &&
	    memcmp(window_bytes(&w), "Jello, pipe!", 12) == 0,
	    "a patch does not move the end");
	ok(window_patch(&w, 11, "xx", 2) == -1 && errno == EINVAL,
	    "a patch past the end is refused");
	f = window_reader(&w);
	ok(f != NULL && fread(back, 1, sizeof back, f) == 12 &&
	    memcmp(back, "Jello, pipe!", 12) == 0, "read back as a stream");
	if (f != NULL)
		fclose(f);
	window_rewind(&w);
	f = window_reader(&w);
	ok(f != NULL && fgetc(f) == EOF, "an empty window reads as end of file");
	if (f != NULL)
		fclose(f);
	window_free(&w);
}

/* Every mix of write sizes gives back what went in, NULs included. */
static void
content(void)
{
	static unsigned char model[300000];
	struct window w;
	size_t have = 0;
	bool same = true;

	srand(7);
	ok(window_init(&w, sizeof model) == 0, "a window for random writes");
	while (have < sizeof model) {
		size_t n = (size_t)rand() % 3000;

		if (n > sizeof model - have)
			n = sizeof model - have;
		for (size_t i = 0; i < n; i++)
			model[have + i] = (unsigned char)rand();
		same = same && window_write(&w, model + have, n) == 0;
		have += n;
		if (rand() % 50 == 0)
			same = same && memcmp(window_bytes(&w), model, have) == 0;
	}
	ok(same && memcmp(window_bytes(&w), model, have) == 0,
	    "random writes come back");
	window_free(&w);
}

/* Bytes of the process that are in memory. */
static size_t
resident(void)
{
	unsigned long all = 0, here = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%lu %lu", &all, &here) != 2)
		here = 0;
	if (f != NULL)
		fclose(f);
	return here * (size_t)sysconf(_SC_PAGESIZE);
}

/* Sizes around a huge page, filled to the last byte, patched, and used again. */
static void
large(void)
{
	enum { MIB = 1 << 20, STEP = 10007 };
	static const size_t sizes[] = { 2 * MIB - 1, 2 * MIB, 2 * MIB + 1,
		5 * MIB, 8 * MIB + 17 };
	static char text[8 * MIB + 17];
	bool same = true, full = true, patched = true;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7 + i / 251);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		const size_t limit = sizes[i];
		struct window w;

		if (window_init(&w, limit) != 0)
			continue;
		for (int round = 0; round < 2; round++) {
			window_rewind(&w);
			for (size_t n, at = 0; at < limit; at += n) {
				n = limit - at < STEP ? limit - at : STEP;
				if (window_write(&w, text + at, n) != 0)
					break;
			}
			same &= window_size(&w) == limit &&
			    memcmp(window_bytes(&w), text, limit) == 0;
			full &= window_write(&w, "x", 1) == -1 &&
			    errno == ENOSPC;
		}
		patched &= window_patch(&w, limit - 3, "end", 3) == 0 &&
		    window_patch(&w, 0, "begin", 5) == 0 &&
		    memcmp(window_bytes(&w), "begin", 5) == 0 &&
		    memcmp(window_bytes(&w) + 5, text + 5, limit - 8) == 0 &&
		    memcmp(window_bytes(&w) + limit - 3, "end", 3) == 0;
		window_free(&w);
	}
	ok(same, "large ones hold every byte, twice");
	ok(full, "and not one more");
	ok(patched, "and are patched at both ends");
}

static void
untouched(void)
{
	struct window w;
	size_t before = resident(), after;

	ok(window_init(&w, 256 << 20) == 0 &&
	    window_reserve(&w, 256 << 20) == 0 && window_write(&w, "x", 1) == 0,
	    "256 MiB reserved");
	after = resident();
	ok(after < before + (16 << 20), "are not in memory (%zu KiB)",
	    after >> 10);
	window_free(&w);
}

int
main(void)
{
	limits();
	reuse();
	content();
	large();
	untouched();
	return tap_done();
}
