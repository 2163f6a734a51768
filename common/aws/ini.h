/*
 * ini: files of sections and settings, as Python's configparser reads them,
 * and with it the AWS CLI and boto3.  Pure.
 *
 *	# a comment		or "; a comment", on a line of its own
 *	[section]		what follows the bracket is ignored
 *	name = value		or "name: value"; names in any case
 *	  more			a line that is indented further than the line
 *				with the name continues the value
 *	outer =			if there is no value on the line with the name,
 *	  name = value		the indented lines are settings below it (this
 *				is botocore's rule)
 *
 * A value is the whole rest of its line without the white space around it:
 * neither quotes nor a comment mean anything there.  No section and no name in a
 * section may occur twice.  The settings of [DEFAULT] apply to all sections.  A
 * file is UTF-8, with or without a byte order mark; lines end in LF, CR LF or
 * CR; white space is Unicode's.
 * Source: Lib/configparser.py of Python 3.11, botocore/configloader.py.
 */
#ifndef AWS_INI_H
#define AWS_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct ini_section {
	const char *name;	/* without white space around it */
	unsigned line;		/* from 1 */
};

struct ini_setting {
	size_t section;		/* its number */
	const char *name;	/* lower case, but for one below another */
	const char *value;	/* lines of it are separated by LF */
	bool nested;		/* below the last setting that is not */
	unsigned line;
};

struct ini {			/* zeroed: an empty file */
	char *text;		/* where all strings are; owned */
	size_t len;
	struct ini_section *sections;
	size_t n_sections;
	struct ini_setting *settings;	/* in the order of the file */
	size_t n_settings;
};

/* Reads len bytes of text, which is taken over in any case and has room for a
 * NUL at its end.  -1 with e: 77 and the line, or 70 without memory. */
int ini_parse(struct ini *i, char *text, size_t len, struct err *e);
void ini_free(struct ini *i);		/* wiped, too */

/* A section's setting, else that of [DEFAULT], or NULL; section NULL: none. */
const struct ini_setting *ini_find(const struct ini *i,
    const struct ini_section *section, const char *name);

/* The value of a setting below outer, the last one of that name, or NULL. */
const char *ini_below(const struct ini *i, const struct ini_setting *outer,
    const char *name);

#endif
