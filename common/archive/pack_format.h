/* pack_format: what the writers of the formats share; private to pack. */
#ifndef ARCHIVE_PACK_FORMAT_H
#define ARCHIVE_PACK_FORMAT_H

#include "archive/pack.h"
#include "archive/verifier.h"

struct packer_ops {
	/* a state of its own, or NULL with e */
	void *(*open)(struct pack *p, struct err *e);
	int (*add)(struct pack *p, const struct pack_entry *en, struct err *e);
	int (*finish)(struct pack *p, struct err *e);
	void (*close)(void *state);
};

struct pack_format {
	const char *name;
	const struct packer_ops *ops;
	bool tar, many;
	const char *filter;	/* libarchive's name; NULL: none */
	bool gzip;		/* by the pool, not by libarchive */
};

struct pack {
	const struct pack_options *o;
	const struct packer_ops *ops;
	struct verifier verifier;
	struct contents contents;	/* what a reader must find */
	void *state;
};

extern const struct packer_ops pack_zip_ops, pack_gzip_ops, pack_lib_ops;

#endif
