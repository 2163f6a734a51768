/*
 * lines: the lines of a list, one at a time, in bounded memory.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"

enum { LINES_MAX = 64 * 1024 };	/* bytes in a line */

struct lines {
	struct input in;
	uint64_t number;	/* of the line given last, from 1 */
	size_t at, len;		/* private */
	char buffer[LINES_MAX + 1];
};

/* Opens path, or standard input for "-"; the struct is large: allocate it.
 * Fails as input_open does. */
int lines_open(struct lines *l, const char *path, struct err *e);

/*
 * The next line that is neither empty nor begins with '#', without its end
 * (LF or CRLF), valid until the next call; NULL with *end true after the
 * last.  NULL with *end false and e: 65 for a line that is too long or holds a
 * NUL, otherwise as input_read.
 */
char *lines_next(struct lines *l, bool *end, struct err *e);

void lines_close(struct lines *l);

#endif
