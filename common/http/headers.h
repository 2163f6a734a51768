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
 * Adds one header, or with "@file" each line of the file (empty ones and those
 * that begin with '#' left out).  -1: 64 when it is none, or one of those that
 * are the program's own (Range, If-Range, Accept-Encoding and the framing of
 * the body), or one too many; 74 and 65 for the file.
 */
int headers_add(struct headers *h, const char *text, struct err *e);

/* Adds "Name=VARIABLE": header Name with the value of getenv(VARIABLE); 77
 * when it is not set. */
int headers_add_env(struct headers *h, const char *text, struct err *e);

/* Is there one of that name? */
bool headers_have(const struct headers *h, const char *name);

/* Wipes and frees the last one, or all. */
void headers_drop(struct headers *h);
void headers_free(struct headers *h);

#endif
