/*
 * lines: the lines of a list, one at a time, in bounded memory.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"

/* Bytes in a line at most.  A URL (URL_MAX) is as long at most. */
enum { LINES_MAX = 64 * 1024 };

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
 * Gives the next line that is neither empty nor begins with '#', without its
 * end (LF or CRLF); it is valid until the next call.  After the last line:
 * NULL with *end true.  After an error: NULL with *end false and e, which is
 * 65 for a line that is too long or holds a NUL, otherwise an error of
 * input_read.
 */
char *lines_next(struct lines *l, bool *end, struct err *e);

/* A descriptor to poll before lines_next, which would wait now for more of its
 * input; -1: there is something.  (A line of which only the beginning has come
 * can make it wait nevertheless.) */
int lines_wait(const struct lines *l);

void lines_close(struct lines *l);

#endif
