/* trailer_format: what the formats of trailer share; private to it. */
#ifndef DEFLATE_TRAILER_FORMAT_H
#define DEFLATE_TRAILER_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct trailer_format {
	const char *name;
	bool (*matches)(const uint8_t begin[4]);
	void *(*new)(struct err *e);
	int (*add)(void *state, const uint8_t *data, size_t len,
	    struct err *e);
	int (*end)(void *state, struct err *e);
	void (*free)(void *state);	/* NULL is fine */
};

extern const struct trailer_format trailer_zip, trailer_gzip, trailer_zstd;

#endif
