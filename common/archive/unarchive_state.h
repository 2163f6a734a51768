/* unarchive_state: what the files of unarchive share; private to them. */
#ifndef ARCHIVE_UNARCHIVE_STATE_H
#define ARCHIVE_UNARCHIVE_STATE_H

#include "archive/archive_input.h"
#include "archive/unarchive.h"
#include "archive/unzip.h"

struct unarchive {
	const struct unarchive_options *o;
	struct unzip *zip;		/* if that reads it */
	struct unzip_options zip_options;
	off_t start;			/* of an archive in a file */
	uint64_t file_size;
	void *chunk;			/* of it, for libarchive */
	uint64_t at;			/* what follows the chunk */
	struct archive *a;
	struct archive_entry *entry;
	struct err failed;		/* of read, if has_failed */
	bool has_failed;
	bool stream;			/* it is read through input */
	struct archive_input input;

	bool any_member, in_member, stray_size, empty;
	uint64_t size, total;		/* of the member, of all data */
	uint64_t holes;			/* of all members */
	const unsigned char *piece;	/* for unarchive_read */
	size_t piece_len;
	const unsigned char *late;	/* a piece that stands after a hole */
	size_t late_len;
	uint64_t hole;
};

/* What went wrong, of read or of libarchive: fills e, returns -1. */
int unarchive_fail(struct unarchive *u, const char *what, struct err *e);

/* Can it be sought in?  Then from where it stands now on. */
bool unarchive_find_file(struct unarchive *u);

/* Reads the file: a supply_read, u being the from. */
ssize_t unarchive_read_file(void *u, uint64_t at, void *buf, size_t len,
    struct err *e);

/* Opens libarchive on the file. */
int unarchive_open_file(struct unarchive *u, struct err *e);

/* The input is a zip archive: opens its reader. */
int unarchive_open_zip(struct unarchive *u, struct err *e);

/* The next member of a zip archive. */
int unarchive_next_zip(struct unarchive *u, struct member *m, struct err *e);

/* The first member of what libarchive does not know: a zip archive with
 * something before it, or nothing that can be read. */
int unarchive_next_unknown(struct unarchive *u, struct member *m,
    struct err *e);

#endif
