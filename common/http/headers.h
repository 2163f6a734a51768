/*
 * headers: the request headers that a user gives, from arguments, files and
 * the environment.  Their text is wiped when it is no longer needed.
 */
#ifndef HTTP_HEADERS_H
#define HTTP_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

enum { HEADERS_MAX = 60 };

struct headers {
	char *text[HEADERS_MAX + 1];	/* "Name: value"; owned */
	size_t n;
};

/*
 * Adds one header, or with "@file" a header for each line of the file that is
 * neither empty nor begins with '#'.  -1 with 64 for a text that is no header,
 * a header that the program sets itself (Range, If-Range, Accept-Encoding and
 * the framing of the body), or one more than HEADERS_MAX; with 74 or 65 for
 * the file (io_slurp).
 */
int headers_add(struct headers *h, const char *text, struct err *e);

/* Reads "Name=VARIABLE" and adds the header Name with the value of that
 * environment variable; -1 with 77 when the variable is not set. */
int headers_add_env(struct headers *h, const char *text, struct err *e);

/* Is there a header of that name? */
bool headers_have(const struct headers *h, const char *name);

/* Each wipes and frees: headers_drop the last header, headers_free all. */
void headers_drop(struct headers *h);
void headers_free(struct headers *h);

#endif
