/*
 * path: how a member is named on the command line.
 *
 *	path	= "." / name *( "." name )
 *	name	= bare / '"' text '"'	; a quote in the text is doubled
 *	field	= path ["?"] ["=" header]
 *	fields	= field *( "," field )
 *
 * A bare name holds none of  . , = ? "  and is not empty.  A name of decimal
 * digits is also the index of an array's element, from 0.  In the path of the
 * root (json2csv -r) a bare "*" is any member or element, and only there.  A
 * header is bare up to the next comma, or quoted; without one it is the names
 * with dots.
 */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/* Bytes in a name, with its quotes.  Names of members have tens; and the limit
 * is far below SCAN_NAME_MAX, so that the scanner finds every name of a path. */
enum { PATH_NAME_MAX = 4096 };

struct path {
	char **names;		/* n of them, in one allocation with their
				 * NUL-terminated texts */
	size_t n;		/* 0: the document itself, "." */
	uint64_t any;		/* bit i: name i is a bare "*" */
};

struct field {
	struct path path;
	char *header;
	bool optional;		/* need not occur */
};

struct fields {
	struct field *list;
	size_t n;
};

/* Reads one path, and the "?" after it unless optional is NULL; -1 with code
 * 64 and a text that quotes it.  The path is the caller's to free, also after
 * an error. */
int path_parse(struct path *p, const char *text, bool *optional,
    struct err *e);
void path_free(struct path *p);

/* The same for a path with which text begins; *rest is what stands after it, and
 * a bare name ends before a blank or one of < > ! ~ as well. */
int path_parse_start(struct path *p, const char *text, bool *optional,
    const char **rest, struct err *e);

/* Questions about a path that was not taken apart, for readers that go
 * through a text name by name: how many names it has (never 0), and whether the
 * i-th (from 0) is that one. */
size_t path_count(const char *path);
bool path_name_is(const char *path, size_t i, const void *name, size_t len);

/* The path as path_parse reads it, for the caller to free; NULL when memory
 * runs out. */
char *path_text(const struct path *p);

/* Writes a name as it stands in a path, quoted if it must be: at most room
 * bytes of it, without a NUL.  Returns how many it takes. */
size_t path_write(char *to, size_t room, const char *name, size_t len);

/* Appends the fields of a list to f (begin with a zeroed one); as above. */
int fields_parse(struct fields *f, const char *list, struct err *e);
/* Appends one field, and takes over what it holds, also after an error: 0, or -1
 * with code 70. */
int fields_add(struct fields *f, struct field *field, struct err *e);
void fields_free(struct fields *f);

#endif
