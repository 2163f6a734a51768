/*
 * jsonline: one JSON object on one line, written member by member (RFC 8259).
 *
 * Texts are UTF-8, and written as base/printable.h does.  Memory that runs
 * out is noticed at the end.
 */
#ifndef JSON_JSONLINE_H
#define JSON_JSONLINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct jsonline {
	FILE *out;		/* NULL: no memory */
	char *text;
	size_t len;
	unsigned members;
};

void jsonline_begin(struct jsonline *j);

/* NULL becomes null. */
void jsonline_text(struct jsonline *j, const char *name, const char *value);
void jsonline_number(struct jsonline *j, const char *name, uint64_t value);
void jsonline_texts(struct jsonline *j, const char *name,
    const char *const *values, size_t n);

/* The line with its line feed, for the caller to free; *len without a NUL.
 * NULL: no memory. */
char *jsonline_end(struct jsonline *j, size_t *len);

#endif
