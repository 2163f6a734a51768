/* pack_format: what the writers of the formats share; private to pack. */
#ifndef ARCHIVE_PACK_FORMAT_H
#define ARCHIVE_PACK_FORMAT_H

#include "archive/compress.h"
#include "archive/pack.h"
#include "archive/verifier.h"

/*
 * A writer.  Each function writes by p->verifier and counts in p->contents what a
 * reader must find; each fails with -1 (or NULL) and e, after which only close
 * is called.
 */
struct packer_ops {
	/* a state of its own, which goes to p->state; nothing is written */
	void *(*open)(struct pack *p, struct err *e);
	/* reads an entry to its end; what is written may come later */
	int (*add)(struct pack *p, const struct pack_entry *en, struct err *e);
	/* writes all that is left, and the archive's end */
	int (*finish)(struct pack *p, struct err *e);
	/* frees the state; an archive that was not finished stays cut off */
	void (*close)(void *state);
};

struct pack_format {
	const char *name;	/* of -F */
	const struct packer_ops *ops;
	bool tar;		/* headers need each entry's size */
	bool many;		/* more than one entry, and names */
	enum compress_kind compress;	/* by compress.h, or */
	const char *filter;	/* by libarchive's of that name; NULL: none */
};

struct pack {
	const struct pack_options *o;
	const struct packer_ops *ops;
	struct verifier verifier;
	struct contents contents;	/* what a reader must find */
	void *state;
};

extern const struct packer_ops pack_zip_ops, pack_stream_ops, pack_lib_ops;

#endif
