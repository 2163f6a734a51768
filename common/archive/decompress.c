/* decompress: gunzip, or a libarchive reader with one filter and no format. */
#include "archive/decompress.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/libreader.h"
#include "deflate/gunzip.h"

enum { CHUNK = 256 * 1024 };	/* bytes read at once, see archive_input.c */

struct decompress {
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	const struct decompress_format *format;
	struct gunzip *gunzip;		/* of gzip, */
	size_t at;			/* and how much of buf it has taken; or: */
	struct archive *a;
	struct archive_entry *entry;	/* libarchive wants one */
	unsigned char *buf;		/* what is given to one of them */
	size_t begin;			/* bytes of it that stand there already */
	uint64_t given;			/* all that it was given */
	bool opened;			/* libarchive's header has been read */
	struct err failed;		/* of read, if has_failed */
	bool has_failed;
};

static const struct decompress_format {
	const char *name;
	size_t len;
	const char *bytes;
	int filter;
} magics[] = {
	{ "gzip", 2, "\x1f\x8b", ARCHIVE_FILTER_GZIP },
	{ "xz", 6, "\xfd" "7zXZ\0", ARCHIVE_FILTER_XZ },
	{ "lzip", 4, "LZIP", ARCHIVE_FILTER_LZIP },
	{ "zstd", 4, "\x28\xb5\x2f\xfd", ARCHIVE_FILTER_ZSTD },
	{ "lz4", 4, "\x04\x22\x4d\x18", ARCHIVE_FILTER_LZ4 },
	{ "lz4", 4, "\x02\x21\x4c\x18", ARCHIVE_FILTER_LZ4 },	/* legacy */
	{ "compress", 2, "\x1f\x9d", ARCHIVE_FILTER_COMPRESS },
};

/* Those that take more than a comparison to know. */
static const struct decompress_format
    bzip2 = { "bzip2", 0, NULL, ARCHIVE_FILTER_BZIP2 },
    lzma = { "lzma", 0, NULL, ARCHIVE_FILTER_LZMA },
    skippable = { "zstd", 0, NULL, ARCHIVE_FILTER_ZSTD };

/* Its level, and the mark of a block or of the end. */
static bool
is_bzip2(const unsigned char *s, size_t len)
{
	return len >= 10 && memcmp(s, "BZh", 3) == 0 && s[3] >= '1' &&
	    s[3] <= '9' && (memcmp(s + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
	    memcmp(s + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* lzma has no mark: likely values, as liblzma and libarchive have it. */
static bool
is_lzma(const unsigned char *s, size_t len)
{
	const uint64_t most = UINT64_C(1) << 38;
	uint32_t dictionary = 0;
	uint64_t size = 0;

	if (len < 14 || s[0] > 224)
		return false;
	for (int i = 4; i > 0; i--)
		dictionary = dictionary << 8 | s[i];
	for (int i = 12; i > 4; i--)
		size = size << 8 | s[i];
	if (size != UINT64_MAX && size >= most)
		return false;
	if (dictionary >= 1 << 12 && (dictionary & (dictionary - 1)) == 0)
		return true;
	return s[0] == 0x5d && size == UINT64_MAX && dictionary >= 3 << 20 &&
	    dictionary % (1 << 20) == 0;
}

/* A frame to be skipped, with which a zstd stream may begin. */
static bool
is_skippable(const unsigned char *s, size_t len)
{
	return len >= 4 && s[0] >> 4 == 5 && memcmp(s + 1, "\x2a\x4d\x18", 3) ==
	    0;
}

const struct decompress_format *
decompress_find(const void *begin, size_t len)
{
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (len >= magics[i].len &&
		    memcmp(begin, magics[i].bytes, magics[i].len) == 0)
			return &magics[i];
	return is_bzip2(begin, len) ? &bzip2 : is_skippable(begin, len) ?
	    &skippable : is_lzma(begin, len) ? &lzma : NULL;
}

void
decompress_free(struct decompress *d)
{
	if (d == NULL)
		return;
	gunzip_free(d->gunzip);
	archive_read_free(d->a);
	archive_entry_free(d->entry);
	free(d->buf);
	free(d);
}

static la_ssize_t
on_read(struct archive *a, void *arg, const void **block)
{
	struct decompress *d = arg;
	ssize_t n = (ssize_t)d->begin;

	if (n == 0)
		n = d->read(d->from, d->buf, CHUNK, &d->failed);
	d->begin = 0;
	if (n < 0) {
		d->has_failed = true;
		archive_set_error(a, EIO, "read error");
		return -1;
	}
	*block = d->buf;
	d->given += (uint64_t)n;
	return n;
}

static int
fail(struct decompress *d, struct err *e)
{
	char what[64] = "cannot decompress the ";

	if (d->has_failed) {
		*e = d->failed;
		return -1;
	}
	return libreader_error(d->a, strcat(what, d->format->name), e);
}

/* compress reads ahead while it is set up, so it cannot be put in before there
 * is something to read. */
static bool
set_up(struct archive *a, int filter)
{
	if (archive_read_support_format_raw(a) != ARCHIVE_OK ||
	    archive_read_support_format_empty(a) != ARCHIVE_OK)
		return false;
	return filter == ARCHIVE_FILTER_COMPRESS ?
	    archive_read_support_filter_compress(a) == ARCHIVE_OK :
	    archive_read_append_filter(a, filter) == ARCHIVE_OK;
}

/* A filter that fails at once leaves no more than an error: to libarchive there
 * is nothing then, which is a stream that can be read. */
static int
open_filter(struct decompress *d, struct err *e)
{
	d->a = libreader_new();
	d->entry = archive_entry_new();
	if (d->a == NULL || d->entry == NULL)
		return err_memory(e);
	if (!set_up(d->a, d->format->filter))
		return err_memory(e);
	if (libreader_open(d->a, d, on_read, e) != 0)
		return d->has_failed ? fail(d, e) : -1;
	return archive_errno(d->a) == 0 ? 0 : fail(d, e);
}

struct decompress *
decompress_new(const struct decompress_format *format,
    ssize_t (*read)(void *, void *, size_t, struct err *), void *from,
    const void *begin, size_t len, struct err *e)
{
	struct decompress *d = calloc(1, sizeof *d);

	if (d == NULL) {
		err_memory(e);
		return NULL;
	}
	d->read = read;
	d->from = from;
	d->format = format;
	d->buf = malloc(CHUNK);
	if (d->buf == NULL) {
		err_memory(e);
		decompress_free(d);
		return NULL;
	}
	memcpy(d->buf, begin, len);
	d->begin = len;
	if (format->filter == ARCHIVE_FILTER_GZIP)
		d->gunzip = gunzip_new(false, e);
	if (d->gunzip != NULL || (format->filter != ARCHIVE_FILTER_GZIP &&
	    open_filter(d, e) == 0))
		return d;
	decompress_free(d);
	return NULL;
}

/* After the end of the stream: the input must end, too. */
static int
check_rest(struct decompress *d, struct err *e)
{
	uint64_t taken = (uint64_t)archive_filter_bytes(d->a, -1);
	ssize_t n = 0;

	if (d->given <= taken &&
	    (n = d->read(d->from, d->buf, CHUNK, e)) < 0)
		return -1;
	if (d->given + (uint64_t)n <= taken)
		return 0;
	return err_set(e, EXIT_DATA, "the %s data is followed by something "
	    "else at byte %llu", d->format->name, (unsigned long long)taken);
}

/* The header is the whole stream's; there is none if nothing comes out. */
static int
begin(struct decompress *d, struct err *e)
{
	int rc = archive_read_next_header2(d->a, d->entry);

	d->opened = true;
	/* Filters that bid may have undone more than one layer. */
	if (archive_filter_count(d->a) > 2)
		return err_set(e, EXIT_DATA, "the data is compressed twice "
		    "by %s", d->format->name);
	return rc == ARCHIVE_OK ? 1 : rc == ARCHIVE_EOF ? 0 : fail(d, e);
}

static ssize_t
read_gzip(struct decompress *d, void *buf, size_t len, struct err *e)
{
	struct gunzip_step s = { .out = buf, .out_len = len };
	ssize_t n;

	for (;;) {
		s.in = d->buf + d->at;
		s.in_len = d->begin - d->at;
		if (gunzip_run(d->gunzip, &s, e) != 0)
			return -1;
		d->at = d->begin - s.in_len;
		if (s.out_len < len)
			return (ssize_t)(len - s.out_len);
		if ((n = d->read(d->from, d->buf, CHUNK, e)) <= 0)
			return n < 0 ? -1 : gunzip_end(d->gunzip, e);
		d->at = 0;
		d->begin = (size_t)n;
	}
}

ssize_t
decompress_read(struct decompress *d, void *buf, size_t len, struct err *e)
{
	la_ssize_t n = 1;

	if (d->gunzip != NULL)
		return read_gzip(d, buf, len, e);
	if (!d->opened && (n = begin(d, e)) < 0)
		return -1;
	if (n > 0)
		n = archive_read_data(d->a, buf, len);
	if (n < 0)
		return fail(d, e);
	return n > 0 ? n : check_rest(d, e);
}
