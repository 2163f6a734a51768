/*
 * ziprecord: the records of a zip archive, read.  Pure.  (zip.h writes them.)
 *
 * A member has a local header before its data, which is all that a stream has
 * shown when the data come, and an entry in the directory at the archive's end,
 * which is what the archive holds.  Only the latter has the type of the member
 * and the place of the former.
 *
 * Sources: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 to 4.6; Info-ZIP's
 * proginfo/extrafld.txt (0x5455 times, 0x7075 names); WinZip's "AES Encryption
 * Information" (0x9901).
 */
#ifndef ARCHIVE_ZIPRECORD_H
#define ARCHIVE_ZIPRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum { ZIP_LOCAL_FIXED = 30, ZIP_CENTRAL_FIXED = 46 };

/* General purpose bits. */
enum {
	ZIP_ENCRYPTED = 1 << 0,
	ZIP_LZMA_ENDS = 1 << 1,		/* lzma has an end mark */
	ZIP_DESCRIPTOR = 1 << 3,	/* sizes and CRC follow the data */
	ZIP_PATCH = 1 << 5,
	ZIP_STRONG = 1 << 6,
	ZIP_UTF8 = 1 << 11,
	ZIP_MASKED = 1 << 13
};

enum { ZIP_METHOD_STORED = 0, ZIP_METHOD_LZMA = 14, ZIP_METHOD_AES = 99 };

struct zip_record {
	size_t size;			/* of the header, in bytes */
	const unsigned char *name;	/* in the bytes that were read */
	size_t name_len;
	const unsigned char *unicode;	/* the same in UTF-8; NULL: none */
	size_t unicode_len;
	unsigned flags, method;		/* as they are written */
	uint32_t crc;
	uint64_t csize, usize;		/* compressed, and as data */
	bool has_time;
	int64_t mtime;			/* seconds since 1970 */
	uint16_t dos_time;
	struct {
		unsigned version;	/* 1, 2; 0: no AES */
		unsigned strength, method;
	} aes;
	/* of the directory only */
	uint64_t offset;
	uint32_t mode;			/* st_mode as far as it is told, or 0 */
};

/* The size of the whole header, by its fixed part. */
size_t zip_local_size(const unsigned char *fixed);
size_t zip_central_size(const unsigned char *fixed);

/* Reads a whole header: 0, or -1 with 65 and what is wrong with it. */
int zip_read_local(const unsigned char *header, struct zip_record *r,
    struct err *e);
int zip_read_central(const unsigned char *header, struct zip_record *r,
    struct err *e);

/* The method of the data, which for AES stands in its own field. */
unsigned zip_data_method(const struct zip_record *r);

/*
 * Does a local header tell the compressed size?  Not if a descriptor follows;
 * but some write it before stored data then, and nothing else tells there.
 */
bool zip_tells_csize(const struct zip_record *r);

/* Is it a file, as far as an entry of the directory, or a local header, tells?
 * A name that ends in a slash is a directory.  Whatever else is neither that nor
 * a symbolic link has data as a file has: Info-ZIP calls what it read from a
 * pipe a FIFO. */
bool zip_is_plain(const struct zip_record *r);

/*
 * The descriptor at p, of which len bytes are there (24 unless the input ends):
 * its size if it has these values, in any of its shapes, else 0.  It may have a
 * signature or not, and sizes of 4 bytes or 8, and nothing before it says so.
 */
size_t zip_match_descriptor(const unsigned char *p, size_t len, uint32_t crc,
    uint64_t csize, uint64_t usize);

#endif
