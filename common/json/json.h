/*
 * json: one small document, read by yajl: a page's envelope, for instance, or
 * an answer with credentials.  Streams of records are read by scan.h and
 * csv/record.h.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum json_type { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING,
	JSON_OBJECT, JSON_ARRAY };

/* Levels of nesting that are read: as json2csv's own limit (SCAN_DEPTH).  Pages
 * and answers have fewer than ten; without a limit yajl's stack would grow by a
 * byte for each bracket of a hostile one. */
enum { JSON_DEPTH = 1024 };

/* One thing wanted from a document. */
struct json_want {
	const char *path;	/* "meta.next", "\"@a.b\"" (path.h, without
				 * indices); it must be one that is read there */
	size_t longest;		/* bytes of text that are fine; 0: any */
	/* filled */
	enum json_type type;	/* the last such member wins */
	char *text;		/* string: decoded, NUL-terminated; number,
				 * true, false: as written; else NULL.  Owned
				 * by the want: json_want_free */
	size_t len;
	uint64_t count;		/* array: elements */
};

/*
 * Parses text as exactly one complete JSON value (RFC 8259; a BOM is taken;
 * nothing but white space after it) and fills the n wants.  0, or -1 with
 * code 65 and a text that names the byte offset.  Pure; memory is twice the
 * longest string and what the wants hold; strings are valid UTF-8 or the document
 * is refused.
 */
int json_pick(const void *text, size_t len, struct json_want *wants, size_t n,
    struct err *e);

void json_want_free(struct json_want *wants, size_t n);

/* Reads a want's value as a whole number; false if it is not one from 0 to
 * 2^63 - 1. */
bool json_want_number(const struct json_want *w, uint64_t *value);

#endif
