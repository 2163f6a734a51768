/*
 * Streams whole and cut.  With arguments KIND FILE: the file is whole, fed at
 * once, in halves and byte by byte; cut anywhere, or with a byte after it, it
 * is not (a large one is cut 500 times); what is wrong, then its size
 * on standard output.
 */
#include <stdlib.h>
#include <string.h>

#include "deflate/trailer.h"
#include "tap.h"

enum { FILE_MAX = 16 << 20, HEADER = 64 };

static struct err e = ERR_NONE;

/* Leaves the stack as a caller that has worked leaves it. */
static void
soil(void)
{
	volatile char stack[32 * 1024];

	for (size_t i = 0; i < sizeof stack; i++)
		stack[i] = -1;
}

/* Is it whole, when it comes in pieces of that size? */
static bool
whole(enum trailer_kind kind, const char *data, size_t len, size_t piece)
{
	struct trailer *t = trailer_new(kind, &e);
	bool good = t != NULL;

	for (size_t at = 0; good && at < len; at += piece) {
		if (at < HEADER)
			soil();
		good = trailer_add(t, data + at,
		    len - at < piece ? len - at : piece, &e) == 0;
	}
	good = good && trailer_end(t, &e) == 0;
	trailer_free(t);
	return good;
}

static int
check_file(const char *name, const char *path)
{
	enum trailer_kind kind;
	static char data[FILE_MAX];
	FILE *f = fopen(path, "r");
	size_t len, bad = 0;

	if (f == NULL)
		return 2;
	len = fread(data, 1, FILE_MAX - 1, f);
	fclose(f);
	if (!trailer_parse(name, &kind))
		return 2;
	for (size_t piece = 1; piece <= len; piece = piece == 1 ? 7 :
	    piece * 5)
		if (!whole(kind, data, len, piece)) {
			printf("in pieces of %zu: %s\n", piece, e.text);
			bad++;
		}
	if (!whole(TRAILER_ANY, data, len, len))
		bad++;
	for (size_t cut = 1; cut < len; cut += len < 1 << 16 ? 1 : len / 500 + 1)
		if (whole(kind, data, cut, cut) || e.code != EXIT_DATA ||
		    whole(TRAILER_ANY, data, cut, cut)) {
			printf("cut at %zu of %zu\n", cut, len);
			bad++;
		}
	data[len] = 'x';
	if (whole(kind, data, len + 1, len + 1)) {
		printf("with a byte after it\n");
		bad++;
	}
	printf("%zu\n", len);
	return bad != 0;
}

#define WHOLE(kind, text) whole(kind, text, sizeof text - 1, 1)

static void
test_names(void)
{
	enum trailer_kind kind;

	ok(trailer_of_name("a/b.zip") == TRAILER_ZIP, "zip");
	ok(trailer_of_name("b.csv.GZ") == TRAILER_GZIP, "gzip, in capitals");
	ok(trailer_of_name(".zst") == TRAILER_ZSTD, "zstd");
	ok(trailer_of_name("a.zip/b") == TRAILER_NONE &&
	    trailer_of_name("zip") == TRAILER_NONE &&
	    trailer_of_name("") == TRAILER_NONE, "others");
	ok(trailer_parse("gzip", &kind) && kind == TRAILER_GZIP, "gzip by name");
	ok(!trailer_parse("gz", &kind) && !trailer_parse("", &kind),
	    "no such name");
}

static void
test_zip(void)
{
	enum { END = 22 };
	static const char empty[END + 1] = "PK\5\6";
	char twice[2 * END] = "PK\5\6";

	ok(WHOLE(TRAILER_ZIP, empty), "an empty archive");
	ok(WHOLE(TRAILER_ZIP, ""), "nothing at all");
	ok(!WHOLE(TRAILER_ZIP, "PK\3\4"), "a beginning");
	memcpy(twice + END, empty, END);
	ok(!whole(TRAILER_ZIP, twice, sizeof twice, 5),
	    "an archive that the end does not count");
	ok(strstr(e.text, "directory") != NULL, "why: %s", e.text);
	twice[END - 2] = END;
	ok(whole(TRAILER_ZIP, twice, sizeof twice, 5),
	    "an end inside of a comment");
}

static void
test_zstd(void)
{
	ok(WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x20\0\1\0\0"), "empty");
	ok(WHOLE(TRAILER_ZSTD, "\x50\x2a\x4d\x18\2\0\0\0xx"), "skippable");
	ok(!WHOLE(TRAILER_ZSTD, "\x50\x2a\x4d\x18\2\0\0\0x"), "cut there");
	ok(!WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x28\0\1\0\0"), "reserved");
	ok(!WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x20\0\7\0\0"),
	    "a reserved type of block");
	ok(!WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x20\0\xff\xff\xff"),
	    "a block too large");
	ok(WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x20\1\x0b\0\0x"), "RLE");
	ok(!WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x24\0\1\0\0sum"),
	    "half a checksum");
	ok(WHOLE(TRAILER_ZSTD, "\x28\xb5\x2f\xfd\x24\0\1\0\0sums"),
	    "and all of it");
}

static void
test_gzip(void)
{
	static const char one[] = "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0";

	ok(WHOLE(TRAILER_GZIP, one), "an empty member");
	ok(!WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\1\0\0"
	    "\0"), "a wrong size");
	ok(!WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\1\0\0\0\0\0\0"
	    "\0"), "a wrong CRC");
	ok(WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"
	    "\0\0\0"), "zeros after it");
	ok(!WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0"
	    "\0\0\x1f"), "and something after them");
	ok(!WHOLE(TRAILER_GZIP, "\0"), "zeros alone");
	ok(WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\x1e\0\0\0\0\0\3\2\0abn\0c\0"
	    "\x84\x8b\3\0\0\0\0\0\0\0\0\0"), "a header with all that can be"
	    " in it");
	ok(!WHOLE(TRAILER_GZIP, "\x1f\x8b\x08\x1e\0\0\0\0\0\3\2\0abn\0c\0"
	    "\x85\x8b\3\0\0\0\0\0\0\0\0\0"), "and a wrong sum of it");
}

int
main(int argc, char **argv)
{
	if (argc == 3)
		return check_file(argv[1], argv[2]);
	test_names();
	test_zip();
	test_zstd();
	test_gzip();
	ok(!WHOLE(TRAILER_ANY, "name,age\n"), "CSV");
	ok(!WHOLE(TRAILER_ANY, "PK"), "two bytes");
	ok(WHOLE(TRAILER_ANY, ""), "nothing");
	return tap_done();
}
