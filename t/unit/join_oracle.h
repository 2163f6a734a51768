/* join_oracle: zlib's inflate as the judge of join_walk. */
#ifndef UNIT_JOIN_ORACLE_H
#define UNIT_JOIN_ORACLE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/join.h"

/* Whether both take the stream, with the same number of bytes and the same end,
 * or both refuse it.  The walk works on a copy with just the slack it may read,
 * so that a sanitizer sees one byte more. */
static inline bool
join_agrees(const unsigned char *in, size_t len, const unsigned char *dict,
    size_t dict_len)
{
	unsigned char *copy = malloc(len + JOIN_SLACK), buf[32768];
	z_stream z = { 0 };
	struct join j;
	bool taken;
	int rc;

	if (copy == NULL || inflateInit2(&z, -MAX_WBITS) != Z_OK)
		abort();
	memcpy(copy, in, len);
	memset(copy + len, 0xff, JOIN_SLACK);
	taken = join_walk(&j, copy, len, dict_len) == 0;
	free(copy);
	if (dict_len > 0 &&
	    inflateSetDictionary(&z, dict, (uInt)dict_len) != Z_OK)
		abort();
	z.next_in = (Bytef *)in;
	z.avail_in = (uInt)len;
	do {
		z.next_out = buf;
		z.avail_out = sizeof buf;
		rc = inflate(&z, Z_NO_FLUSH);
	} while (rc == Z_OK && (z.avail_in > 0 || z.avail_out == 0));
	inflateEnd(&z);
	return rc == Z_STREAM_END ? taken && j.bytes == z.total_out &&
	    (j.end + 7) / 8 == z.total_in : !taken;
}

#endif
