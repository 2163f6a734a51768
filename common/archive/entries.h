/*
 * entries: where an archive's entries come from, one after the other.
 *
 *	operands	file, name=file, or - for standard input
 *	a command	after --from
 *	a tar stream	the plain files in an input
 *	pieces		an input cut at line breaks: name-0001.csv …
 */
#ifndef ARCHIVE_ENTRIES_H
#define ARCHIVE_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/io.h"
#include "archive/pack.h"
#include "archive/selection.h"
#include "archive/splitter.h"
#include "archive/unarchive.h"

struct entries_options {
	char **operands;
	unsigned n_operands;	/* 0: input.from, or standard input */
	struct input_how input;	/* without an operand */
	const char *name;	/* of the only operand; NULL: the operand's */
	int64_t mtime;
	bool own_mtime;		/* tar's members keep theirs */
	bool tar;
	bool skip_links;	/* of a tar: leave out hard links */
	struct selection select;	/* of a tar's members */
	struct unarchive_options unarchive;	/* of a tar, but for read */
	uint64_t tar_memory;	/* for limit_memory, before the tar is opened */
	unsigned threads;	/* that will be started, for it */
	uint64_t split;		/* bytes; 0: not */
	bool repeat_header;
};

struct entries {
	const struct entries_options *o;
	unsigned next;		/* operand */
	struct input in;
	bool is_open, given;
	char **names;		/* clean, one an operand */
	char *name;		/* of a tar member, or of a piece */
	struct unarchive *tar;
	struct unarchive_options tar_options;
	struct splitter splitter;
	uint64_t skipped;	/* tar members that are no entries */
	struct selection select;	/* the options', with its state */
	struct seen names_seen;	/* of tar members */
	struct seen waiting;	/* files of cpio that came without data */
};

/*
 * Checks all names and opens the first input; a command is started, so call it
 * before any thread.  64 for names that cannot be.  o must outlive it.
 */
int entries_open(struct entries *s, const struct entries_options *o,
    struct err *e);
void entries_close(struct entries *s);

/* The next entry, valid until the one after: 1, 0 after the last, or -1 with 65
 * (names, hard links, lines that are too long), 70, 74 or 79.  Its data must have
 * been read to their end before the next call. */
int entries_next(struct entries *s, struct pack_entry *en, struct err *e);

#endif
