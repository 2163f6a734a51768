/* zip: every record at the edges of its fields; names, comments, times. */
#include "archive/zip.h"

#include <stdlib.h>
#include <string.h>

#include "archive/verifier.h"
#include "archive/zipname.h"
#include "tap.h"

static const uint64_t G4 = UINT32_MAX;	/* the mark, 4 GiB - 1 */

static unsigned char buf[ZIP_END_MAX + ZIP_CENTRAL_MAX];

static uint64_t
get(size_t at, int bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | buf[at + (size_t)bytes];
	return v;
}

static struct zip_entry
entry(uint64_t csize, uint64_t usize, uint64_t offset)
{
	return (struct zip_entry){ .name = "a.csv", .name_len = 5,
	    .mtime = INT64_C(1787184001), .mode = ZIP_MODE_FILE,
	    .crc = 0x12345678, .csize = csize, .usize = usize,
	    .offset = offset };
}

static void
locals(void)
{
	struct zip_entry en = entry(G4 - 1, G4 - 2, 0);
	size_t size = zip_local(buf, &en);

	ok(size == 30 + 5 + 9 && get(0, 4) == 0x04034b50 && get(4, 2) == 20,
	    "local header: size, signature, version 2.0");
	ok(get(6, 2) == 0 && get(8, 2) == 8 && get(14, 4) == 0x12345678 &&
	    get(18, 4) == G4 - 1 && get(22, 4) == G4 - 2,
	    "exact: no flags, deflate, CRC and sizes");
	/* 2026-08-20 00:00:01 UTC */
	ok(get(10, 2) == 0 && get(12, 2) == (46 << 9 | 8 << 5 | 20),
	    "DOS time is UTC");
	ok(get(26, 2) == 5 && get(28, 2) == 9 &&
	    memcmp(buf + 30, "a.csv", 5) == 0, "name and extra lengths");
	ok(get(35, 2) == 0x5455 && get(37, 2) == 5 && get(39, 1) == 1 &&
	    get(40, 4) == 1787184001, "extended timestamp");
	en.streamed = true;
	ok(zip_local(buf, &en) == size && get(6, 2) == 8 && get(14, 4) == 0 &&
	    get(18, 4) == 0 && get(22, 4) == 0 && get(4, 2) == 20,
	    "streamed: bit 3, zeros, same length, no zip64 promise");
	en.name = "\xc3\xa9.csv";
	en.name_len = 6;
	zip_local(buf, &en);
	ok(get(6, 2) == (1 << 11 | 8), "bit 11 for a name beyond ASCII");
}

static void
times(void)
{
	static const struct { int64_t t; unsigned date, time; size_t extra; } c[] = {
		{ 0, 1 << 5 | 1, 0, 9 },
		{ -5, 1 << 5 | 1, 0, 9 },
		{ ZIP_EPOCH + 3, 1 << 5 | 1, 1, 9 },
		{ INT32_MAX, 58 << 9 | 1 << 5 | 19, 3 << 11 | 14 << 5 | 3, 9 },
		{ INT64_C(1) << 31, 58 << 9 | 1 << 5 | 19, 3 << 11 | 14 << 5 | 4, 0 },
		{ INT64_MAX, 127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29, 0 },
		{ INT64_MIN, 1 << 5 | 1, 0, 0 },
	};
	struct zip_entry en = entry(1, 1, 0);
	unsigned bad = 0;

	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		en.mtime = c[i].t;
		bad += zip_local(buf, &en) != 35 + c[i].extra ||
		    get(12, 2) != c[i].date || get(10, 2) != c[i].time;
	}
	ok(bad == 0, "times are clamped to what each field can hold");
}

static void
descriptors(void)
{
	static const struct { uint64_t c, u; size_t size; } cases[] = {
		{ 0, 0, 16 }, { G4 - 1, G4 - 1, 16 }, { G4, 1, 24 },
		{ 1, G4, 24 }, { G4 + 1, G4 + 1, 24 }, { 5, G4 * 9, 24 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct zip_entry en = entry(cases[i].c, cases[i].u, 0);
		size_t size = zip_descriptor(buf, &en);
		int width = size == 24 ? 8 : 4;

		ok(size == cases[i].size && get(0, 4) == 0x08074b50 &&
		    get(4, 4) == en.crc && get(8, width) == en.csize &&
		    get(8 + (size_t)width, width) == en.usize,
		    "descriptor of %zu bytes for sizes %llx %llx", size,
		    (unsigned long long)en.csize, (unsigned long long)en.usize);
		ok(zip_fits_local(en.csize, en.usize) == (size == 16),
		    "just these do not fit a local header");
	}
}

/* Every combination of fields below, at and above the mark. */
static void
centrals(void)
{
	const uint64_t values[] = { G4 - 1, G4, G4 + 1 };
	unsigned bad = 0;

	for (int i = 0; i < 27; i++) {
		const uint64_t v[] = { values[i % 3], values[i / 3 % 3],
		    values[i / 9] };
		struct zip_entry en = entry(v[1], v[0], v[2]);
		size_t size = zip_central(buf, &en), at = 51;
		unsigned big = 0;

		for (int k = 0; k < 3; k++)
			big += v[k] >= G4;
		bad += size != 51 + 9 + (big > 0 ? 4 + 8 * big : 0);
		bad += get(0, 4) != 0x02014b50 || get(5, 1) != 3 ||
		    get(4, 1) != get(6, 2) || get(6, 2) != (big > 0 ? 45 : 20);
		bad += get(24, 4) != (v[0] < G4 ? v[0] : G4) ||
		    get(20, 4) != (v[1] < G4 ? v[1] : G4) ||
		    get(42, 4) != (v[2] < G4 ? v[2] : G4);
		bad += get(30, 2) != size - 51 ||
		    get(38, 4) != (uint64_t)0100644 << 16;
		if (big > 0) {
			bad += get(at, 2) != 1 || get(at + 2, 2) != 8 * big;
			at += 4;
		}
		for (int k = 0; k < 3; k++)
			if (v[k] >= G4) {
				bad += get(at, 8) != v[k];
				at += 8;
			}
		bad += get(at, 2) != 0x5455;
	}
	ok(bad == 0, "central: zip64 holds just the values at or above the mark");
}

static void
ends(void)
{
	static const struct { uint64_t n, size, offset; bool zip64; } c[] = {
		{ 1, 60, 100, false },
		{ 65534, UINT32_MAX - 1, UINT32_MAX - 1, false },
		{ 65535, 60, 100, true },
		{ 70000, 60, 100, true },
		{ 1, UINT32_MAX, 100, true },
		{ 1, 60, UINT32_MAX, true },
		{ 1, 60, UINT64_C(1) << 40, true },
	};
	unsigned bad = 0;

	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct zip_end end = { .entries = c[i].n, .size = c[i].size,
		    .offset = c[i].offset, .comment = "hi", .comment_len = 2 };
		size_t size = zip_end(buf, &end), at = c[i].zip64 ? 76 : 0;

		bad += size != at + 24 || get(at, 4) != 0x06054b50;
		bad += get(at + 8, 2) != (c[i].n < 65535 ? c[i].n : 65535) ||
		    get(at + 10, 2) != get(at + 8, 2);
		bad += get(at + 12, 4) != (c[i].size < G4 ? c[i].size : G4);
		bad += get(at + 16, 4) != (c[i].offset < G4 ? c[i].offset : G4);
		bad += get(at + 20, 2) != 2 || memcmp(buf + at + 22, "hi", 2) != 0;
		if (!c[i].zip64)
			continue;
		bad += get(0, 4) != 0x06064b50 || get(4, 8) != 44 ||
		    get(24, 8) != c[i].n || get(32, 8) != c[i].n ||
		    get(40, 8) != c[i].size || get(48, 8) != c[i].offset;
		bad += get(56, 4) != 0x07064b50 ||
		    get(64, 8) != c[i].offset + c[i].size || get(72, 4) != 1;
	}
	ok(bad == 0, "end: zip64's records only where a value does not fit");
}

static void
names(void)
{
	static const struct { const char *in, *out; } c[] = {
		{ "a.csv", "a.csv" }, { "./a.csv", "a.csv" },
		{ "/data//x/./a.csv", "data/x/a.csv" }, { "...", "..." },
		{ "././/a", "a" }, { "\xe6\x9d\xb1/\xe4\xba\xac", "\xe6\x9d\xb1/\xe4\xba\xac" },
		{ "a..b/..c", "a..b/..c" }, { "ab:c", "ab:c" },
		{ "", NULL }, { ".", NULL }, { "/", NULL }, { "..", NULL },
		{ "a/../b", NULL }, { "../a", NULL }, { "a/..", NULL },
		{ "a/", NULL }, { "a\\b", NULL }, { "c:x", NULL },
		{ "/c:/x", NULL }, { "a\nb", NULL }, { "a\x7f", NULL },
		{ "\xff", NULL }, { "a\xc3", NULL }, { "\xed\xa0\x80", NULL },
	};
	char out[64];
	static char longest[ZIP_NAME_MAX + 2], clean[ZIP_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		const char *why = zipname_clean(c[i].in, out);

		ok(c[i].out == NULL ? why != NULL :
		    why == NULL && strcmp(out, c[i].out) == 0,
		    "name %zu: %s", i, why != NULL ? why : out);
	}
	memset(longest, 'a', ZIP_NAME_MAX + 1);
	longest[ZIP_NAME_MAX + 1] = '\0';
	ok(zipname_clean(longest, clean) != NULL, "65536 bytes are too long");
	ok(zipname_clean(longest + 1, clean) == NULL, "65535 bytes are not");
	ok(zipname_bad_comment("a comment") == NULL &&
	    zipname_bad_comment(longest + 1) == NULL &&
	    zipname_bad_comment(longest) != NULL &&
	    zipname_bad_comment("\xff") != NULL &&
	    zipname_bad_comment("xPK\005\006") != NULL, "comments");
}

static void
tallies(void)
{
	struct contents a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };

	contents_add(&a, "x", 1, 5, 7);
	contents_add(&b, "x", 1, 5, 7);
	contents_add(&c, "y", 1, 5, 7);
	contents_add(&d, "x", 1, 5, 8);
	ok(contents_same(&a, &b) && !contents_same(&a, &c) && !contents_same(&a, &d),
	    "contents tell names and checksums");
	contents_add(&a, "y", 1, 5, 8);
	contents_add(&c, "x", 1, 5, 8);
	ok(!contents_same(&a, &b) && !contents_same(&a, &c), "and the order");
}

int
main(void)
{
	locals();
	times();
	descriptors();
	centrals();
	ends();
	names();
	tallies();
	return tap_done();
}
