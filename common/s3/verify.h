/*
 * verify: what an input must be before anything is published.
 *
 * It looks at the bytes as they are read (struct input's tap), and fails the
 * read as soon as they cannot be right: size, SHA-256, and a proper end of zip,
 * gzip and zstd (trailer).  A check that was not asked for costs nothing.
 */
#ifndef S3_VERIFY_H
#define S3_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/io.h"
#include "deflate/trailer.h"
#include "base/hash.h"

struct verify_config {
	uint64_t expected;	/* bytes there must be; 0: any number */
	uint64_t minimum;	/* bytes there must be at least */
	bool hashed;		/* sha256 must be theirs */
	uint8_t sha256[SHA256_SIZE];
	enum trailer_kind trailer; /* or TRAILER_NONE */
};

struct verify {
	struct verify_config config;
	struct sha256 hash;
	struct trailer *trailer;
	uint64_t size;
};

/*
 * Taps in; from then on input_read fails with 65 where something is wrong, at
 * the latest instead of its complete end.  v belongs to whoever reads in, and
 * must stay where it is until verify_close.
 */
int verify_open(struct verify *v, const struct verify_config *config,
    struct input *in, struct err *e);
void verify_close(struct verify *v);	/* a zeroed one is fine */

#endif
