/*
 * zip: the records of a zip archive as bytes.  Pure: no input, no output.
 *
 * Source: PKWARE's APPNOTE.TXT 6.3.10 (sections 4.3 to 4.5); the extended
 * timestamp 0x5455 is Info-ZIP's (proginfo/extrafld.txt); AES is WinZip's
 * ("AES Encryption Information", version AE-2, which keeps no checksum of the
 * data, as the cipher has one that tells nothing).
 *
 * The layout is the one that every reader in use accepts:
 *  - sizes and CRC are in the local header when they are known in time and
 *    below 4 GiB;
 *  - else the entry is streamed: bit 3, zeros in the local header, and a data
 *    descriptor with signature after the data, of 16 bytes, or of 24 from
 *    4 GiB on.  The local header promises no zip64, as Go and Java write it:
 *    Java's ZipInputStream before 23 and funzip refuse the promise;
 *  - zip64 fields stand in the directory only where a value does not fit;
 *    0xffffffff (0xffff) itself does not, because it marks such a value;
 *  - the method is always deflate: a stored entry has no end that a streaming
 *    reader could see.
 * DOS times are UTC, so that the time zone does not change the bytes.
 */
#ifndef ARCHIVE_ZIP_H
#define ARCHIVE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ZIP_NAME_MAX = 65535,
	ZIP_COMMENT_MAX = 65535,
	ZIP_LOCAL_MAX = 30 + ZIP_NAME_MAX + 9 + 11,
	ZIP_DESCRIPTOR_MAX = 24,
	ZIP_CENTRAL_MAX = 46 + ZIP_NAME_MAX + 9 + 11 + 28,
	ZIP_END_MAX = 56 + 20 + 22 + ZIP_COMMENT_MAX
};

/* 1980-01-01 00:00:00 UTC, the first second that DOS times know. */
#define ZIP_EPOCH INT64_C(315532800)

struct zip_entry {
	const char *name;	/* UTF-8, as zipname_clean makes it */
	size_t name_len;	/* <= ZIP_NAME_MAX */
	int64_t mtime;		/* seconds since 1970, UTC */
	uint32_t mode;		/* st_mode: type and permissions */
	bool streamed;		/* sizes and CRC only after the data */
	bool encrypted;		/* AES-256; its CRC is not told (AE-2) */
	uint32_t crc;
	uint64_t csize, usize;	/* bytes of deflate stream, with what a cipher
				 * adds, and of data */
	uint64_t offset;	/* of the local header in the archive */
};

/* st_mode of a plain file, for all to read. */
enum { ZIP_MODE_FILE = 0100644 };

/* Can the sizes stand in a local header? */
bool zip_fits_local(uint64_t csize, uint64_t usize);

/* Each writes one record into out (room: the _MAX above), gives its size. */
size_t zip_local(unsigned char *out, const struct zip_entry *en);
size_t zip_descriptor(unsigned char *out, const struct zip_entry *en);
size_t zip_central(unsigned char *out, const struct zip_entry *en);

/* The end: zip64's two records where needed, then the classic one. */
struct zip_end {
	uint64_t entries;
	uint64_t size, offset;	/* of the central directory */
	const char *comment;	/* NULL: none */
	size_t comment_len;	/* <= ZIP_COMMENT_MAX */
};
size_t zip_end(unsigned char *out, const struct zip_end *end);

#endif
