/*
 * zipwriter: a zip archive on an output, whole from a window when it fits.
 *
 * All that is written goes into a window first.  An entry that ends while its
 * local header is still there gets exact sizes by seeking back; when the
 * window is full it goes out, and the entry that was being written goes on as
 * a streamed one.  So a small archive is written at once, verified before
 * (deflate_check, contents_verify), and the entries of a large one have exact
 * sizes where they are small.  The bytes depend on the
 * limit, not on how the data came in.
 *
 * The window is a plain buffer, which grows without a page being touched that
 * holds no byte yet: open_memstream(3) fills what it grows by with zeros, and
 * moving from one to the next took a tenth of the time of a small archive.
 *
 * Memory: the window's limit, and the directory's (zipdirectory.h): about 60
 * bytes and the name for each entry; past its limit an entry is refused with 65.
 *
 * Nothing makes the archive valid but zipwriter_finish: what was written
 * before has no directory.
 */
#ifndef ARCHIVE_ZIPWRITER_H
#define ARCHIVE_ZIPWRITER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "archive/verifier.h"
#include "archive/zip.h"
#include "archive/zipcipher.h"
#include "archive/zipdirectory.h"

struct zipwriter {
	struct verifier *out;
	struct buffer head;		/* the window: not yet written */
	struct zipdirectory directory;
	uint64_t offset;		/* size of the archive so far */
	uint64_t entries;
	struct zip_entry entry;		/* the open one */
	char *name;			/* its name; room for any */
	const char *passphrase;		/* NULL: none is encrypted */
	struct zipcipher *cipher;	/* of the open one */
	unsigned char *sealed;		/* what comes out of it */
	unsigned char *record;		/* room for any record */
	size_t entry_at;		/* its local header in the window */
	bool direct;			/* its header has left the window */
	bool whole;			/* nothing has left the window yet */
	struct contents contents;		/* of what a reader must find */
};

/* passphrase, which must outlive it, encrypts all entries; NULL: none is. */
int zipwriter_init(struct zipwriter *w, struct verifier *out, size_t window,
    size_t directory, const char *passphrase, struct err *e);
void zipwriter_free(struct zipwriter *w);

/* Begins an entry; the name is copied. */
int zipwriter_begin(struct zipwriter *w, const char *name, int64_t mtime,
    uint32_t mode, struct err *e);

/* Appends to its deflate stream, encrypted if need be; usable as a deflate_ends.write. */
int zipwriter_data(void *w, const void *buf, size_t len, struct err *e);

/* Ends it: what went in and what came out of the deflate stream. */
int zipwriter_end(struct zipwriter *w, uint64_t usize, uint64_t csize,
    uint32_t crc, struct err *e);

/* Appends the directory; comment may be NULL.  If whole, all is in the window
 * still and may be looked at; zipwriter_flush writes it. */
int zipwriter_finish(struct zipwriter *w, const char *comment, struct err *e);
int zipwriter_flush(struct zipwriter *w, struct err *e);

#endif
