/*
 * archive_run: one run of memzip: an archive is written from the inputs, or one
 * is read from its input.
 */
#ifndef ARCHIVE_ARCHIVE_RUN_H
#define ARCHIVE_ARCHIVE_RUN_H

#include <stdbool.h>

#include "archive/entries.h"
#include "archive/pack.h"
#include "archive/selection.h"
#include "archive/unarchive.h"
#include "base/args.h"
#include "base/io.h"
#include "base/meter.h"

enum archive_run_mode { ARCHIVE_RUN_WRITE, ARCHIVE_RUN_LIST, ARCHIVE_RUN_TEST,
	ARCHIVE_RUN_EXTRACT };

enum {
	ARCHIVE_RUN_EXCLUDE = 256,	/* patterns */
	ARCHIVE_RUN_READ = 144 << 20	/* bytes for reading without -m: all that
					 * zstd allows */
};

/* What is to be done; all that it points to outlives the run. */
struct archive_run_config {
	enum archive_run_mode mode;
	bool encrypt, json;
	const char *passphrase_file;	/* NULL: none */
	struct entries_options entries;
	struct pack_options pack;
	struct unarchive_options unarchive;
	struct selection select;	/* of members that are read */
	char *exclude[ARCHIVE_RUN_EXCLUDE];
	struct face face;
};

struct archive_run {
	struct archive_run_config *o;
	struct meter *meter;		/* which has begun, and the caller ends */
	char *secret;			/* the passphrase, to be wiped */
	struct output out;
	struct entries entries;
	struct pack *pack;
	struct pack_entry entry;	/* the one that is being read */
	struct input in;		/* of an archive that is read */
	struct unarchive *archive;
	struct selection select;	/* of its members */
};

#define ARCHIVE_RUN_BEGIN(config, its_meter) { .o = (config), \
	.meter = (its_meter), .in.fd = -1, .out.fd = STDOUT_FILENO }

/* The whole run, with a sealed output at its end: 0, or -1 with e. */
int archive_run_all(struct archive_run *r, struct err *e);

/* Frees all, and wipes the passphrase; an output that is not good is marked as
 * what e says. */
void archive_run_end(struct archive_run *r, bool good, const struct err *e);

#endif
