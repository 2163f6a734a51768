/*
 * xml: the only module that calls expat; all others use this header.
 *
 * Small documents from the network, taken as hostile: no document type
 * declaration (so no entities but the five), and limits to what is below.
 * Attributes and namespaces are ignored, prefixes stay in the names.
 */
#ifndef AWS_XML_H
#define AWS_XML_H

#include <stddef.h>
#include <stdio.h>

#include "base/diag.h"

/* Answers of S3 and STS have five levels, paths of a hundred bytes, and texts
 * of a few KiB (a session token).  What exceeds these limits is refused;
 * larger ones would only let a hostile answer take more memory. */
enum { XML_DEPTH = 16,		/* open elements */
	XML_PATH = 256,		/* bytes of a path, its NUL included */
	XML_TEXT = 64 * 1024 };	/* bytes of text in all open elements */

/*
 * Parses text as exactly one well-formed document (XML 1.0) and calls element
 * at each element's end with its path from the root ("Error.Code") and the
 * text directly inside it, both valid during the call.  A return value other
 * than 0 stops the walk.  0, or -1 with code 65 and the byte offset in the
 * text, or what element left in e.
 */
int xml_walk(const void *text, size_t len,
    int (*element)(void *ctx, const char *path, const char *content,
    struct err *e), void *ctx, struct err *e);

/* One thing wanted from a document. */
struct xml_want {
	const char *path;	/* "Error.Code", or "Error": is it there? */
	/* filled */
	char *text;		/* of the first such element, NUL-terminated;
				 * NULL: absent.  Owned: xml_want_free */
};

/* Parses the document and fills the n wants.  0, or -1 with e (65, or 70
 * without memory). */
int xml_pick(const void *text, size_t len, struct xml_want *wants, size_t n,
    struct err *e);

void xml_want_free(struct xml_want *wants, size_t n);	/* wiped, too */

/* Writes text to out, with the five characters escaped that XML reserves. */
void xml_escape(FILE *out, const char *text);

#endif
