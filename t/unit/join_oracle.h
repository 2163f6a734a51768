/* join_oracle: zlib's inflate as the judge of join_walk. */
#ifndef UNIT_JOIN_ORACLE_H
#define UNIT_JOIN_ORACLE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "deflate/join.h"

/* What inflate makes of a stream. */
struct inflated {
	unsigned char *bytes;	/* a dictionary, then the data; malloc's */
	size_t dict, len;	/* the sizes of both */
	size_t used;		/* bytes of the stream */
	bool whole;		/* it is right, and its last block has ended */
	bool final;		/* that block is marked so */
};

enum { INFLATED_MOST = 64 << 20 };	/* bytes that are asked for in tests */

static inline struct inflated
inflate_all(const unsigned char *in, size_t len, const unsigned char *dict,
    size_t dict_len)
{
	struct inflated t = { .dict = dict_len };
	size_t room = dict_len + 32768;
	z_stream z = { 0 };
	int rc = Z_OK;

	t.bytes = malloc(room);
	if (t.bytes == NULL || inflateInit2(&z, -MAX_WBITS) != Z_OK)
		abort();
	if (dict_len > 0) {
		memcpy(t.bytes, dict, dict_len);
		if (inflateSetDictionary(&z, dict, (uInt)dict_len) != Z_OK)
			abort();
	}
	z.next_in = (Bytef *)in;
	z.avail_in = (uInt)len;
	for (;;) {
		size_t at = dict_len + z.total_out;

		if (at == room && (t.bytes = realloc(t.bytes, room *= 2)) == NULL)
			abort();
		if (at > INFLATED_MOST)
			abort();
		z.next_out = t.bytes + at;
		z.avail_out = (uInt)(room - at);
		/* It stops after every block, of which data_type tells: 128;
		 * 64 for the final one; and bits that are left. */
		if ((rc = inflate(&z, Z_BLOCK)) != Z_OK ||
		    (z.avail_in == 0 && (z.data_type & 0xc7) == 0x80))
			break;
	}
	t.len = z.total_out;
	t.used = z.total_in;
	t.final = rc == Z_STREAM_END;
	t.whole = t.final || (rc == Z_OK && len > 0);
	inflateEnd(&z);
	return t;
}

/* A walk over copies with just the bytes that it may read, so that a sanitizer
 * sees one more. */
static inline bool
join_takes(struct join *j, const unsigned char *in, size_t len,
    const unsigned char *bytes, size_t data_len, size_t dict)
{
	unsigned char *stream = malloc(len + JOIN_SLACK),
	    *copy = malloc(dict + data_len + 1);
	const struct join_data data = { copy + 1 + dict, data_len, dict };
	bool taken;

	if (stream == NULL || copy == NULL)
		abort();
	memcpy(stream, in, len);
	memset(stream + len, 0xff, JOIN_SLACK);
	memcpy(copy + 1, bytes, dict + data_len);
	taken = join_walk(j, stream, len, &data) == 0;
	free(stream);
	free(copy);
	return taken;
}

/* Whether both take the stream, with the same data and the same end, or both
 * refuse it; and the walk takes no other data. */
static inline bool
join_agrees(const unsigned char *in, size_t len, const unsigned char *dict,
    size_t dict_len)
{
	struct inflated t = inflate_all(in, len, dict, dict_len);
	struct join j;
	bool good = join_takes(&j, in, len, t.bytes, t.len, dict_len) == t.whole;

	if (good && t.whole) {
		good = j.final == t.final && (j.end + 7) / 8 == t.used;
		if (t.len > 0) {
			size_t at = dict_len + (len * 2654435761u) % t.len;

			good &= !join_takes(&j, in, len, t.bytes, t.len - 1,
			    dict_len);
			t.bytes[at] ^= 1;
			good &= !join_takes(&j, in, len, t.bytes, t.len,
			    dict_len);
			t.bytes[at] ^= 1;
		}
	}
	free(t.bytes);
	return good;
}

#endif
