/*
 * encoding: bytes as text and back: hexadecimal and base64 (RFC 4648).
 *
 * All functions are pure.  The writers cannot fail; the readers take nothing
 * but the one text that a writer makes, save that hexadecimal digits may be
 * upper case, and leave no copy of what they read on the stack.
 */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include <stddef.h>
#include <stdint.h>

/* Writes len bytes as lower-case hexadecimal digits and a NUL; out has room for
 * 2 * len + 1 bytes. */
void hex_write(char *out, const void *data, size_t len);

/* The value of a hexadecimal digit; -1 for any other character. */
int hex_digit(char c);

/* Reads n bytes from a text of exactly 2 * n hexadecimal digits; -1 for any
 * other text. */
int hex_read(const char *text, uint8_t *out, size_t n);

/* Writes len bytes as base64 with padding (RFC 4648) and a NUL; out has room
 * for BASE64_SIZE(len) bytes. */
#define BASE64_SIZE(len) (((len) + 2) / 3 * 4 + 1)
void base64_write(char *out, const void *data, size_t len);

/* Bytes that base64_read reads at most: the longest of the digests that S3
 * knows is SHA-512, which has 64. */
enum { BASE64_MAX = 64 };

/* Reads n bytes (at most BASE64_MAX) from their base64, the first len
 * characters of text.  text is a string, and the character after those must not
 * be one of base64.  -1 when the len characters are not base64 of n bytes. */
int base64_read(const char *text, size_t len, uint8_t *out, size_t n);

#endif
