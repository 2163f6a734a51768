/*
 * extract: an archive's members as data, as a list, or just tested.
 *
 * Nothing is ever made from a member's name; what could disturb a terminal is
 * masked in a list for people, and escaped in JSON (printable.h).  Constant
 * memory.  One thread.
 */
#ifndef ARCHIVE_EXTRACT_H
#define ARCHIVE_EXTRACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/io.h"
#include "archive/selection.h"

enum extract_what { EXTRACT_DATA, EXTRACT_LIST, EXTRACT_JSON, EXTRACT_TEST };

struct extract {
	enum extract_what what;
	struct selection *select;	/* initialised; which members */
	/* counted: members that were meant, and bytes of their data */
	uint64_t found, bytes;
};

/* Would it make a difference if the member of that name were no file?  For
 * unarchive_options.type_matters, x being matters_to. */
bool extract_type_matters(void *x, const char *name);

/*
 * Goes through the archive to its end, so that also the members that are left
 * out, and what follows the last one, have been looked at.  What has
 * been written when an error is found stays written.  -1 with the errors of
 * unarchive.h and output_write, or 65 for a member that is not there, or whose
 * data are left out.
 */
int extract_run(struct extract *x, struct unarchive *u, struct output *out,
    struct err *e);

#endif
