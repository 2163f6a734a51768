/*
 * unarchive: what is in an archive: zip by unzip.h, the rest by libarchive
 * (archive_read(3)).
 *
 * zip, tar, cpio and 7z, compressed with gzip, bzip2, xz, lzma, zstd, lz4,
 * lzip or compress, or one of these alone, which is then a single member
 * "data".  libarchive's filters that run other programs are left out, and so
 * are its rarer formats.  Memory does not depend on the data but for xz, lzma,
 * lzip, zstd and 7z, whose dictionaries can be large (up to 4 GiB, from a
 * hundred bytes), and for the directory of a zip that can be sought in: limit.h
 * bounds that.
 *
 * All of it is hostile: names are only names here, nothing is ever made from
 * them; sizes in headers are not believed, what comes out is counted.
 *
 * One thread.  Names are UTF-8 in any locale (charset.h), or the bytes that the
 * archive has, where it does not say what they are.
 */
#ifndef ARCHIVE_UNARCHIVE_H
#define ARCHIVE_UNARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

struct unarchive;

/* What the input may be.  Data without an archive are one member, "data". */
enum unarchive_kind {
	UNARCHIVE_ARCHIVE,
	UNARCHIVE_ANY,		/* an archive, or data, if compressed */
	UNARCHIVE_DATA		/* data, compressed: an archive is data, too */
};

/* Where the archive comes from, and how much of it is too much. */
struct unarchive_options {
	/* > 0 bytes read, 0 the complete end, -1 with e */
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
	int seek_fd;		/* a regular file to seek in instead; -1: none */
	const char *passphrase;	/* NULL: none */
	const char *names;	/* the character set of names that do not say
				 * which they have; NULL: bytes as they are */
	uint64_t max_size;	/* bytes of all data together; 0: any */
	uint64_t max_ratio;	/* data to archive; 0: any */
	uint64_t max_holes;	/* bytes of all holes together; 0: any */
	enum unarchive_kind kind;
	/* of a zip in a pipe, see unzip.h; NULL: it always does */
	bool (*type_matters)(void *matters_to, const char *name);
	void *matters_to;
};

#define MEMBER_NO_TIME INT64_MIN

/*
 * Hard links: in tar the data come with the first name, and the others are no
 * plain members but have a link.  In cpio all are plain and shared, each with
 * its data, or (newc and crc) all empty but the last.
 */
struct member {
	const char *name;	/* valid until the next one, as link is */
	int64_t size;		/* as the header has it; -1: not there */
	int64_t mtime;		/* or MEMBER_NO_TIME */
	uint32_t mode;		/* st_mode */
	bool plain;		/* a file with data of its own */
	const char *link;	/* the data are those of this member; NULL */
	bool shared;		/* a file that has other names, too: those with
				 * the same numbers */
	uint64_t device, inode;
	bool encrypted;
};

/*
 * Opens an archive: NULL with 65 when it is none, or with the error of read.
 * o and what it points to must outlive the reader.
 */
struct unarchive *unarchive_open(const struct unarchive_options *o,
    struct err *e);
void unarchive_close(struct unarchive *u);

/*
 * The next member: 1, 0 after the last one (all of the input has been read
 * then, and a zip has shown its end), or -1: 65 for a broken or truncated
 * archive, 77 for a missing passphrase, or the error of read.
 */
int unarchive_next(struct unarchive *u, struct member *m, struct err *e);

/*
 * The next piece of the member's data, libarchive's to keep, valid until the
 * next call: > 0 its size, 0 the end with sizes and checksums right, -1 as
 * above, and 65 past max_size, max_ratio or max_holes.  A ratio is not judged
 * below 1 MiB of data.  *block is NULL for zeros that are a hole of a sparse
 * member: so it is for who only counts them not to be kept busy by a few bytes
 * of an archive that make exabytes.
 */
ssize_t unarchive_block(struct unarchive *u, const void **block,
    struct err *e);

/* The same as a copy; usable as a deflate_ends.read, u being the from. */
ssize_t unarchive_read(void *u, void *buf, size_t len, struct err *e);

/* Bytes of the archive that have been read so far. */
uint64_t unarchive_taken(const struct unarchive *u);

#endif
