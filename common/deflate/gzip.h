/*
 * gzip: the bytes around a deflate stream that make a gzip member (RFC 1952).
 *
 * No name and no time are in them: the same data gives the same member.
 */
#ifndef DEFLATE_GZIP_H
#define DEFLATE_GZIP_H

#include <stdint.h>

enum { GZIP_HEADER = 10, GZIP_TRAILER = 8 };

extern const unsigned char gzip_header[GZIP_HEADER];

/* crc: CRC-32 of the data, size: its bytes, of which the low 32 bits count. */
void gzip_trailer(unsigned char out[GZIP_TRAILER], uint32_t crc,
    uint64_t size);

#endif
