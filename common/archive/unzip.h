/*
 * unzip: the members of a zip archive, from a file or from a pipe, by one
 * engine and with one verdict.
 *
 * The directory at the end says what is in the archive.  In a file it is read
 * first, and the members it lists are read, in the order in which they stand.
 * In a pipe the members come first: whatever begins with a local header is
 * read, and at the end the directory must list just these, with the same names,
 * places, sizes and checksums.  If it does not, because members were replaced
 * or deleted, or because the archive was made to be read in two ways, that is
 * an error (65): what has been given out is not what the archive holds.  So an
 * archive that is read from a pipe without error gives the same members from a
 * file.
 *
 * In both ways local headers must agree with the directory, descriptors with
 * the data, members must not overlap, and the end must be as zipend.h says.
 * Before the archive and between its members may be anything: what unpacks the
 * archive, what aligns the members, what signs them.
 *
 * Methods and ciphers are those of zipmethod.h and zipcipher.h; an archive of
 * several volumes is refused.
 *
 * Memory: 1 MiB, a method's own, and for a file the directory (zipindex.h).
 * One thread.
 */
#ifndef ARCHIVE_UNZIP_H
#define ARCHIVE_UNZIP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "archive/supply.h"

struct unzip;

struct unzip_options {
	supply_read *read;
	void *from;
	bool seekable;		/* read gives bytes from any place */
	bool headers;		/* then: the data of members are passed over
				 * unread and unchecked, unless asked for */
	uint64_t size;		/* of the archive, if it can be sought in */
	const char *passphrase;	/* NULL: none, encrypted data are not read */
	const char *names;	/* the character set (charset.h) of names that
				 * are not marked as UTF-8; NULL: they are left
				 * as they are */
	/*
	 * In a pipe a symbolic link looks like a file, until the directory is
	 * there.  Would it have made a difference for the member of that name?
	 * Then it is an error.  NULL: it always does.
	 */
	bool (*type_matters)(void *arg, const char *name);
	void *arg;
};

struct unzip_member {
	const char *name;	/* until the next one */
	int64_t size;		/* -1: not known before the data */
	bool has_time;
	int64_t mtime;		/* seconds since 1970 */
	uint32_t mode;		/* st_mode; in a pipe only a guess */
	uint32_t crc;		/* of the data; only if it can be sought in */
	bool plain;		/* a file with data of its own */
	bool encrypted;
};

/* Does it begin like a zip archive?  The first bytes, at least
 * UNZIP_BEGIN of them unless there are no more. */
enum { UNZIP_BEGIN = 8 };
bool unzip_matches(const void *begin, size_t len);

/* NULL with e. */
struct unzip *unzip_open(const struct unzip_options *o, struct err *e);
void unzip_close(struct unzip *u);	/* NULL is fine */

/*
 * The next member; what is left of the one before is read and checked.  1, 0
 * after the last one (all is as it must be then), or -1: 65, 70, 77, or the
 * error of read.
 */
int unzip_next(struct unzip *u, struct unzip_member *m, struct err *e);

/* After an error: was there anything of a zip archive, in a pipe a member or a
 * directory, in a file an end? */
bool unzip_found(const struct unzip *u);

/* The next piece of its data: > 0, 0 the end, or -1 as above. */
ssize_t unzip_block(struct unzip *u, const void **block, struct err *e);

/* How far into the archive the reading has come, in bytes. */
uint64_t unzip_taken(const struct unzip *u);

#endif
