/* zip: local headers, descriptors, the central directory and its end. */
#include "archive/zip.h"

#include <string.h>
#include <time.h>

enum {
	VERSION_DEFLATE = 20,
	VERSION_ZIP64 = 45,
	VERSION_AES = 51,
	MADE_BY_UNIX = 3 << 8,
	FLAG_ENCRYPTED = 1 << 0,
	FLAG_STREAMED = 1 << 3,
	FLAG_UTF8 = 1 << 11,
	METHOD_DEFLATE = 8,
	METHOD_AES = 99,	/* the real one is in its extra field */
	AES_EXTRA = 0x9901,
	AES_EXTRA_SIZE = 11,
	AES_VERSION = 2,
	AES_256 = 3,
	TIME_EXTRA = 0x5455,
	ZIP64_EXTRA = 0x0001,
	TIME_EXTRA_SIZE = 9
};

static const uint32_t MARK32 = UINT32_MAX;	/* "see the zip64 field" */
static const uint16_t MARK16 = UINT16_MAX;

static unsigned char *
put16(unsigned char *at, unsigned v)
{
	*at++ = v & 0xff;
	*at++ = v >> 8 & 0xff;
	return at;
}

static unsigned char *
put32(unsigned char *at, uint32_t v)
{
	return put16(put16(at, v & 0xffff), v >> 16);
}

static unsigned char *
put64(unsigned char *at, uint64_t v)
{
	return put32(put32(at, (uint32_t)v), (uint32_t)(v >> 32));
}

static unsigned char *
put_bytes(unsigned char *at, const char *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

static uint32_t
at_most_mark(uint64_t v)
{
	return v < MARK32 ? (uint32_t)v : MARK32;
}

bool
zip_fits_local(uint64_t csize, uint64_t usize)
{
	return csize < MARK32 && usize < MARK32;
}

/* 4.4.6: the date in the high half; two-second steps, 1980 to 2107. */
static uint32_t
dos_time(int64_t mtime)
{
	const int64_t last = INT64_C(4354819198);	/* 2107-12-31 23:59:58 */
	time_t t = (time_t)(mtime < ZIP_EPOCH ? ZIP_EPOCH :
	    mtime > last ? last : mtime);
	struct tm tm;

	gmtime_r(&t, &tm);
	return (uint32_t)(tm.tm_year - 80) << 25 |
	    (uint32_t)(tm.tm_mon + 1) << 21 | (uint32_t)tm.tm_mday << 16 |
	    (uint32_t)tm.tm_hour << 11 | (uint32_t)tm.tm_min << 5 |
	    (uint32_t)tm.tm_sec >> 1;
}

/* The extended timestamp is a signed 32-bit number; past it the DOS time has
 * to do. */
static size_t
time_extra_size(const struct zip_entry *en)
{
	return en->mtime >= INT32_MIN && en->mtime <= INT32_MAX ?
	    TIME_EXTRA_SIZE : 0;
}

static unsigned char *
put_time_extra(unsigned char *at, const struct zip_entry *en)
{
	if (time_extra_size(en) == 0)
		return at;
	at = put16(at, TIME_EXTRA);
	at = put16(at, TIME_EXTRA_SIZE - 4);
	*at++ = 1;			/* modification time only */
	return put32(at, (uint32_t)en->mtime);
}

static size_t
aes_extra_size(const struct zip_entry *en)
{
	return en->encrypted ? AES_EXTRA_SIZE : 0;
}

static unsigned char *
put_aes_extra(unsigned char *at, const struct zip_entry *en)
{
	if (!en->encrypted)
		return at;
	at = put16(at, AES_EXTRA);
	at = put16(at, AES_EXTRA_SIZE - 4);
	at = put16(at, AES_VERSION);
	at = put_bytes(at, "AE", 2);
	*at++ = AES_256;
	return put16(at, METHOD_DEFLATE);
}

static unsigned
method(const struct zip_entry *en)
{
	return en->encrypted ? METHOD_AES : METHOD_DEFLATE;
}

static uint32_t
told_crc(const struct zip_entry *en)
{
	return en->encrypted ? 0 : en->crc;
}

static bool
is_ascii(const struct zip_entry *en)
{
	for (size_t i = 0; i < en->name_len; i++)
		if ((unsigned char)en->name[i] >= 0x80)
			return false;
	return true;
}

static unsigned
entry_flags(const struct zip_entry *en)
{
	return (en->streamed ? FLAG_STREAMED : 0) |
	    (en->encrypted ? FLAG_ENCRYPTED : 0) |
	    (is_ascii(en) ? 0 : FLAG_UTF8);
}

size_t
zip_local(unsigned char *out, const struct zip_entry *en)
{
	unsigned char *at = out;

	at = put32(at, 0x04034b50);
	at = put16(at, en->encrypted ? VERSION_AES : VERSION_DEFLATE);
	at = put16(at, entry_flags(en));
	at = put16(at, method(en));
	at = put32(at, dos_time(en->mtime));
	at = put32(at, en->streamed ? 0 : told_crc(en));
	at = put32(at, en->streamed ? 0 : (uint32_t)en->csize);
	at = put32(at, en->streamed ? 0 : (uint32_t)en->usize);
	at = put16(at, (unsigned)en->name_len);
	at = put16(at, (unsigned)(time_extra_size(en) + aes_extra_size(en)));
	at = put_bytes(at, en->name, en->name_len);
	at = put_time_extra(at, en);
	at = put_aes_extra(at, en);
	return (size_t)(at - out);
}

/* 4.3.9.2: eight-byte sizes just when the directory's entry is a zip64 one. */
size_t
zip_descriptor(unsigned char *out, const struct zip_entry *en)
{
	unsigned char *at = out;

	at = put32(at, 0x08074b50);
	at = put32(at, told_crc(en));
	if (zip_fits_local(en->csize, en->usize)) {
		at = put32(at, (uint32_t)en->csize);
		at = put32(at, (uint32_t)en->usize);
	} else {
		at = put64(at, en->csize);
		at = put64(at, en->usize);
	}
	return (size_t)(at - out);
}

/* 4.5.3: only the values that do not fit, in this order. */
static unsigned char *
put_zip64_extra(unsigned char *at, const struct zip_entry *en)
{
	const uint64_t values[] = { en->usize, en->csize, en->offset };
	unsigned char *size = at + 2, *begin = at + 4;

	at = begin;
	for (int i = 0; i < 3; i++)
		if (values[i] >= MARK32)
			at = put64(at, values[i]);
	if (at == begin)
		return begin - 4;
	put16(begin - 4, ZIP64_EXTRA);
	put16(size, (unsigned)(at - begin));
	return at;
}

size_t
zip_central(unsigned char *out, const struct zip_entry *en)
{
	unsigned char extra[TIME_EXTRA_SIZE + AES_EXTRA_SIZE + 28], *end, *at = out;
	size_t extra_len;
	unsigned version;

	end = put_zip64_extra(extra, en);
	version = en->encrypted ? VERSION_AES :
	    end > extra ? VERSION_ZIP64 : VERSION_DEFLATE;
	end = put_time_extra(end, en);
	end = put_aes_extra(end, en);
	extra_len = (size_t)(end - extra);

	at = put32(at, 0x02014b50);
	at = put16(at, MADE_BY_UNIX | version);
	at = put16(at, version);
	at = put16(at, entry_flags(en));
	at = put16(at, method(en));
	at = put32(at, dos_time(en->mtime));
	at = put32(at, told_crc(en));
	at = put32(at, at_most_mark(en->csize));
	at = put32(at, at_most_mark(en->usize));
	at = put16(at, (unsigned)en->name_len);
	at = put16(at, (unsigned)extra_len);
	at = put16(at, 0);			/* comment */
	at = put16(at, 0);			/* disk */
	at = put16(at, 0);			/* internal attributes */
	at = put32(at, (en->mode & 0xffff) << 16);
	at = put32(at, at_most_mark(en->offset));
	at = put_bytes(at, en->name, en->name_len);
	at = put_bytes(at, (const char *)extra, extra_len);
	return (size_t)(at - out);
}

/* 4.3.14 and 4.3.15: zip64's end record, and where it is. */
static unsigned char *
put_zip64_end(unsigned char *at, const struct zip_end *end)
{
	at = put32(at, 0x06064b50);
	at = put64(at, 56 - 12);		/* what follows */
	at = put16(at, MADE_BY_UNIX | VERSION_ZIP64);
	at = put16(at, VERSION_ZIP64);
	at = put32(at, 0);			/* this disk */
	at = put32(at, 0);			/* the directory's disk */
	at = put64(at, end->entries);		/* on this disk */
	at = put64(at, end->entries);
	at = put64(at, end->size);
	at = put64(at, end->offset);

	at = put32(at, 0x07064b50);
	at = put32(at, 0);			/* the end record's disk */
	at = put64(at, end->offset + end->size);
	return put32(at, 1);			/* disks */
}

size_t
zip_end(unsigned char *out, const struct zip_end *end)
{
	unsigned entries = end->entries < MARK16 ? (unsigned)end->entries :
	    MARK16;
	unsigned char *at = out;

	if (entries == MARK16 || end->size >= MARK32 || end->offset >= MARK32)
		at = put_zip64_end(at, end);
	at = put32(at, 0x06054b50);
	at = put16(at, 0);			/* this disk */
	at = put16(at, 0);			/* the directory's disk */
	at = put16(at, entries);		/* on this disk */
	at = put16(at, entries);
	at = put32(at, at_most_mark(end->size));
	at = put32(at, at_most_mark(end->offset));
	at = put16(at, (unsigned)end->comment_len);
	if (end->comment_len > 0)
		at = put_bytes(at, end->comment, end->comment_len);
	return (size_t)(at - out);
}
