/*
 * utf8: is a text well-formed UTF-8?  (Unicode 15, table 3-7: no overlong
 * forms, no surrogates, nothing above U+10FFFF.)
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* The number of leading bytes that are complete, well-formed characters: len
 * if all are; else the offset of the first character that is wrong or cut. */
size_t utf8_check(const void *text, size_t len);

/* The same in plain C: the tests compare the vector code with it. */
size_t utf8_check_plain(const void *text, size_t len);

/* The fast part of utf8_check, one for each kind of vector: the length of a
 * beginning that is well-formed, and that may stop some way before the first
 * fault or the end.  Call one only where the processor has what it is named
 * after. */
size_t utf8_blocks_avx2(const void *text, size_t len);
size_t utf8_blocks_neon(const void *text, size_t len);

/* The length of the character at text: 1 to 4; 0 if it is ill-formed; -1 if
 * the len bytes (> 0) end within one that is right so far. */
int utf8_length(const void *text, size_t len);

#endif
