/*
 * literals: deflate blocks without any match, each byte in a Huffman code of
 * its own block.
 *
 * For data like columns of digits, where the matches that a fast level finds
 * are no shorter than the digits themselves, and take most of its time.
 */
#ifndef DEFLATE_LITERALS_H
#define DEFLATE_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Encodes data[0 … len) as a piece of a deflate stream (encoder.h): dynamic
 * blocks (RFC 1951, 3.2.7), behind which an empty stored block ends on a byte
 * boundary, or, if last, the stream ends.  Gives the size, or 0 when out,
 * which has room bytes, is too small.
 */
size_t literals_piece(const unsigned char *data, size_t len, bool last,
    unsigned char *out, size_t room);

#endif
