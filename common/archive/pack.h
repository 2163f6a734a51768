/*
 * pack: an archive being written to the output, whatever its format.
 *
 *	zip		our own container, deflated by the pool, encrypted with
 *			AES-256 (WinZip's AE-2) if there is a passphrase
 *	gzip zstd xz	one stream, by compress.h
 *	bzip2 lz4	one stream, by libarchive
 *	tar		libarchive's pax, and in each of these streams: tar.gz
 *			tar.zst tar.xz tar.bz2 tar.lz4
 *
 * A tar header has the size: an entry of unknown size has to fit into a window
 * first.  The streams take one entry, and its name is not in them.
 *
 * Nothing is complete without pack_finish; what was written before then is
 * recognisably cut off.
 */
#ifndef ARCHIVE_PACK_H
#define ARCHIVE_PACK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/io.h"
#include "archive/zipbudget.h"
#include "deflate/deflate.h"

struct pack;
struct pack_format;

/* The format of that name, NULL for none; all their names, with spaces. */
const struct pack_format *pack_format(const char *name);
extern const char pack_format_names[];

/* May it hold several entries?  Is it a zip? */
bool pack_format_many(const struct pack_format *f);
bool pack_format_zip(const struct pack_format *f);

/* Is it deflated by the pool, so that DEFLATE_ADAPT is a level of it? */
bool pack_format_deflates(const struct pack_format *f);

enum { PACK_DEFAULT = DEFLATE_DEFAULT };	/* level: DEFLATE_DEFAULT, or the format's
				 * own */

struct pack_options {
	const struct pack_format *format;
	int level;		/* 0 … 9, PACK_DEFAULT, DEFLATE_ADAPT */
	struct zipbudget budget;
	const char *comment;	/* of a zip; NULL: none */
	const char *passphrase;	/* encrypts a zip; NULL: does not */
	bool verify;		/* also what does not fit the window */
};

struct pack_entry {
	const char *name;	/* clean, see zipname.h */
	int64_t mtime;
	uint32_t mode;
	int64_t size;		/* -1: unknown */
	/* > 0 bytes read, 0 the complete end, -1 with e */
	ssize_t (*read)(void *from, void *buf, size_t len, struct err *e);
	void *from;
};

/* o and out must outlive it. */
struct pack *pack_open(const struct pack_options *o, struct output *out,
    struct err *e);

/* Reads the entry to its end; -1 leaves the archive broken. */
int pack_add(struct pack *p, const struct pack_entry *en, struct err *e);

/* Ends the archive, verifies it and writes what is left. */
int pack_finish(struct pack *p, struct err *e);
void pack_free(struct pack *p);

#endif
