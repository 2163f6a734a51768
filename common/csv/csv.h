/*
 * csv: one cell's text, quoted where it must be.
 *
 * RFC 4180 with UTF-8.  A cell is quoted when it holds the delimiter, a
 * quote, CR or LF, whatever ends the lines: the set of Python's csv module
 * for its CRLF lines.  A quote is doubled.
 *
 * The formula guard is the one of OWASP's "CSV Injection": an apostrophe in
 * front of a text that begins with = + - @ TAB or CR.
 */
#ifndef CSV_CSV_H
#define CSV_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Readable bytes after a cell's text: it is looked at in blocks of 16, the
 * registers of SSE2 and NEON, and the last may begin at its last byte. */
enum { CSV_PAD = 16 };

enum csv_quote { CSV_MINIMAL,
	CSV_STRINGS,		/* all that was a string in JSON */
	CSV_ALL };

struct csv {
	char delimiter;
	bool crlf;
	enum csv_quote quote;
	bool guard;		/* strings get the formula guard */
	bool special[256];	/* filled by csv_init: calls for quotes */
};

/* Minimal quotes, no guard. */
void csv_init(struct csv *c, char delimiter, bool crlf);

/* Appends one cell; -1 as buffer_grow, and then nothing is appended. */
int csv_cell(const struct csv *c, struct buffer *row, const char *text,
    size_t len);

/* The same, faster, for a text after which CSV_PAD bytes may be read. */
int csv_cell_padded(const struct csv *c, struct buffer *row, const char *text,
    size_t len);

/* A string of JSON, or a header: as quote and guard say; any text. */
int csv_string(const struct csv *c, struct buffer *row, const char *text,
    size_t len);

/* Appends the text in quotes, whether it needs them or not. */
int csv_quoted(struct buffer *row, const char *text, size_t len);

#endif
