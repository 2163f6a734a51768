/*
 * json_writer: one JSON object on one line, written member by member (RFC 8259).
 *
 * Texts are UTF-8, and written as base/printable.h does.  Memory that runs
 * out is noticed at the end.
 */
#ifndef JSON_JSON_WRITER_H
#define JSON_JSON_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_writer {
	FILE *out;		/* NULL: no memory */
	char *text;
	size_t len;
	unsigned members;
};

void json_writer_begin(struct json_writer *j);

/* NULL becomes null. */
void json_writer_text(struct json_writer *j, const char *name,
    const char *value);
void json_writer_number(struct json_writer *j, const char *name,
    uint64_t value);
void json_writer_texts(struct json_writer *j, const char *name,
    const char *const *values, size_t n);

/* The line with its line feed, for the caller to free; *len without a NUL.
 * NULL: no memory. */
char *json_writer_end(struct json_writer *j, size_t *len);

#endif
