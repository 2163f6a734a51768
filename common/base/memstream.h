/*
 * memstream: a text in memory that is written as a stream.
 *
 * As open_memstream(3), whose streams forget that memory ran out: with glibc
 * neither ferror(3) nor fclose(3) tells that some of the text is missing.
 */
#ifndef BASE_MEMSTREAM_H
#define BASE_MEMSTREAM_H

#include <stddef.h>
#include <stdio.h>

/*
 * A stream to write to.  After fclose(3) gave 0, *text has all that was written,
 * *len bytes and a NUL, and is the caller's to free.  If fclose fails, there was
 * no memory for all of it, and *text is NULL; until then it is, too.  NULL: there
 * is no memory.  The stream is one thread's.
 */
FILE *memstream_open(char **text, size_t *len);

#endif
