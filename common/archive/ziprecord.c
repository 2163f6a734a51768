/* ziprecord: fixed fields, then the extra fields that matter. */
#define _GNU_SOURCE	/* timegm */
#include "archive/ziprecord.h"

#include <isa-l/crc.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "deflate/little_endian.h"

enum {
	EXTRA_ZIP64 = 0x0001, EXTRA_TIME = 0x5455, EXTRA_NAME = 0x7075,
	EXTRA_AES = 0x9901,
	/* who made it, in the high byte of "version made by" */
	HOST_UNIX = 3, HOST_DARWIN = 19,
	/* external attributes: MS-DOS's, and 7-Zip's mark that the high half
	 * is Unix's mode */
	ATTR_DIRECTORY = 0x10, ATTR_UNIX = 0x8000
};

/* The fields of a header that are looked for in its extra field. */
struct extra {
	const unsigned char *zip64, *time, *name, *aes;	/* NULL: not there */
	size_t zip64_len, time_len, name_len;
};

size_t
zip_local_size(const unsigned char *p)
{
	return ZIP_LOCAL_FIXED + (size_t)le16(p + 26) + le16(p + 28);
}

size_t
zip_central_size(const unsigned char *p)
{
	return ZIP_CENTRAL_FIXED + (size_t)le16(p + 28) + le16(p + 30) +
	    le16(p + 32);
}

/* What is broken or padding ends the list: the fields before it are good. */
static void
find_extra(const unsigned char *p, size_t len, struct extra *x)
{
	size_t n;

	*x = (struct extra){ 0 };
	for (; len >= 4 && le16(p + 2) <= len - 4; p += 4 + n, len -= 4 + n) {
		n = le16(p + 2);
		switch (le16(p)) {
		case EXTRA_ZIP64:
			x->zip64 = p + 4;
			x->zip64_len = n;
			break;
		case EXTRA_TIME:
			x->time = p + 4;
			x->time_len = n;
			break;
		case EXTRA_NAME:
			x->name = p + 4;
			x->name_len = n;
			break;
		case EXTRA_AES:
			x->aes = n >= 7 ? p + 4 : NULL;
			break;
		}
	}
}

/* Takes the next number of the zip64 field if the one in the header is the mark
 * of it.  False: it is not there. */
static bool
widen(uint64_t *value, struct extra *x)
{
	if (*value != UINT32_MAX)
		return true;
	if (x->zip64_len < 8)
		return false;
	*value = le64(x->zip64);
	x->zip64 += 8;
	x->zip64_len -= 8;
	return true;
}

/* MS-DOS's: two seconds' steps, taken as UTC. */
static bool
read_dos_time(uint32_t clock, uint32_t date, int64_t *mtime)
{
	struct tm tm = { .tm_year = (int)(date >> 9) + 80,
	    .tm_mon = (int)(date >> 5 & 15) - 1, .tm_mday = (int)(date & 31),
	    .tm_hour = (int)(clock >> 11), .tm_min = (int)(clock >> 5 & 63),
	    .tm_sec = (int)(clock & 31) * 2 };

	if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	*mtime = (int64_t)timegm(&tm);
	return true;
}

static void
read_time(const unsigned char *p, const struct extra *x, struct zip_record *r)
{
	r->dos_time = (uint16_t)le16(p);
	r->has_time = x->time_len >= 5 && (x->time[0] & 1) != 0;
	if (r->has_time)
		r->mtime = (int32_t)le32(x->time + 1);
	else
		r->has_time = read_dos_time(le16(p), le16(p + 2), &r->mtime);
}

/* Info-ZIP's: it counts only if the name is still the one that it was made
 * for. */
static void
read_unicode_name(const struct extra *x, struct zip_record *r)
{
	if (x->name_len < 5 || x->name[0] != 1 ||
	    le32(x->name + 1) != crc32_gzip_refl(0, r->name, r->name_len))
		return;
	r->unicode = x->name + 5;
	r->unicode_len = x->name_len - 5;
}

static int
read_aes(const struct extra *x, struct zip_record *r, struct err *e)
{
	if (r->method != ZIP_METHOD_AES)
		return 0;
	if (x->aes == NULL || (r->flags & ZIP_ENCRYPTED) == 0 ||
	    memcmp(x->aes + 2, "AE", 2) != 0)
		return err_set(e, EXIT_DATA, "method 99 without what it takes");
	r->aes.version = le16(x->aes);
	r->aes.strength = x->aes[4];
	r->aes.method = le16(x->aes + 5);
	if (r->aes.version < 1 || r->aes.version > 2 || r->aes.strength < 1 ||
	    r->aes.strength > 3)
		return err_set(e, EXIT_DATA, "an AES encryption that is not "
		    "known");
	return 0;
}

/* p: from the flags to the lengths, which have one layout in both headers. */
static void
read_common(const unsigned char *p, struct zip_record *r)
{
	*r = (struct zip_record){ .flags = le16(p), .method = le16(p + 2),
	    .crc = le32(p + 8), .csize = le32(p + 12), .usize = le32(p + 16),
	    .name_len = le16(p + 20) };
}

static int
read_rest(const unsigned char *fields, const struct extra *x,
    struct zip_record *r, struct err *e)
{
	read_time(fields + 4, x, r);
	read_unicode_name(x, r);
	return read_aes(x, r, e);
}

/* 4.4.4: with a descriptor the sizes here say nothing. */
static int
read_local_sizes(struct zip_record *r, struct extra *x, struct err *e)
{
	uint64_t csize = r->csize, usize = r->usize;

	if (widen(&usize, x) && widen(&csize, x)) {
		r->csize = csize;
		r->usize = usize;
	} else if ((r->flags & ZIP_DESCRIPTOR) != 0) {
		r->csize = r->usize = 0;
	} else {
		return err_set(e, EXIT_DATA, "sizes of zip64 are missing");
	}
	return 0;
}

int
zip_read_local(const unsigned char *p, struct zip_record *r, struct err *e)
{
	struct extra x;

	read_common(p + 6, r);
	r->size = zip_local_size(p);
	r->name = p + ZIP_LOCAL_FIXED;
	find_extra(r->name + r->name_len, le16(p + 28), &x);
	if (read_local_sizes(r, &x, e) != 0)
		return -1;
	return read_rest(p + 6, &x, r, e);
}

/* 4.4.2, 4.4.15: who made it says what the attributes mean. */
static uint32_t
read_mode(const unsigned char *p)
{
	unsigned host = p[5];
	uint32_t attributes = le32(p + 38);

	if (host == HOST_UNIX || host == HOST_DARWIN ||
	    (attributes & ATTR_UNIX) != 0)
		return attributes >> 16;
	return (attributes & ATTR_DIRECTORY) != 0 ? S_IFDIR | 0755 : 0;
}

int
zip_read_central(const unsigned char *p, struct zip_record *r, struct err *e)
{
	struct extra x;

	read_common(p + 8, r);
	r->size = zip_central_size(p);
	r->name = p + ZIP_CENTRAL_FIXED;
	r->offset = le32(p + 42);
	r->mode = read_mode(p);
	find_extra(r->name + r->name_len, le16(p + 30), &x);
	if (!widen(&r->usize, &x) || !widen(&r->csize, &x) ||
	    !widen(&r->offset, &x))
		return err_set(e, EXIT_DATA, "sizes of zip64 are missing");
	if (le16(p + 34) != 0 && le16(p + 34) != UINT16_MAX)
		return err_set(e, EXIT_DATA, "it is in another volume");
	/* Who passes over what is no file must not lose data. */
	if (!zip_is_plain(r) && !S_ISLNK(r->mode) && r->usize > 0)
		return err_set(e, EXIT_DATA, "a directory that has data");
	return read_rest(p + 8, &x, r, e);
}

unsigned
zip_data_method(const struct zip_record *r)
{
	return r->aes.version != 0 ? r->aes.method : r->method;
}

bool
zip_tells_csize(const struct zip_record *r)
{
	return (r->flags & ZIP_DESCRIPTOR) == 0 ||
	    (zip_data_method(r) == ZIP_METHOD_STORED && r->csize != 0);
}

bool
zip_is_plain(const struct zip_record *r)
{
	return !S_ISDIR(r->mode) && !S_ISLNK(r->mode) &&
	    (r->name_len == 0 || r->name[r->name_len - 1] != '/');
}

size_t
zip_match_descriptor(const unsigned char *p, size_t len, uint32_t crc,
    uint64_t csize, uint64_t usize)
{
	/* With 8 bytes first: one of 4 is taken for it only if zeros follow. */
	for (int shape = 0; shape < 4; shape++) {
		bool wide = shape < 2, signature = shape % 2 == 0;
		size_t at = signature ? 4 : 0, size = at + (wide ? 20 : 12);

		if (len < size ||
		    (signature && memcmp(p, "PK\7\10", 4) != 0) ||
		    le32(p + at) != crc)
			continue;
		if (wide ? le64(p + at + 4) == csize &&
		    le64(p + at + 12) == usize :
		    le32(p + at + 4) == csize && le32(p + at + 8) == usize)
			return size;
	}
	return 0;
}
