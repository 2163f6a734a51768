/*
 * siphash: SipHash-2-4 with 128 bits, a keyed hash of short texts.  Nobody can
 * foresee its values without the key, and it takes no library.
 *
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and
 * their reference code for the longer output.  Pure.
 */
#ifndef ARCHIVE_SIPHASH_H
#define ARCHIVE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY = 16 };

/* out: the digest's two halves, little-endian. */
void siphash(const uint8_t key[SIPHASH_KEY], const void *data, size_t len,
    uint64_t out[2]);

#endif
