/* inflate: zlib's judgement of a raw deflate stream. */
#ifndef UNIT_INFLATE_H
#define UNIT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <zlib.h>

/* Does it inflate to just data, with nothing after its end?  back takes one
 * byte more than len. */
static bool
inflates_to(unsigned char *stream, size_t size,
    const unsigned char *data, size_t len, unsigned char *back)
{
	z_stream z = { 0 };
	bool good;

	if (size == 0 || inflateInit2(&z, -15) != Z_OK)
		return false;
	z.next_in = stream;
	z.avail_in = (uInt)size;
	z.next_out = back;
	z.avail_out = (uInt)len + 1;
	good = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0 &&
	    z.total_out == len && memcmp(back, data, len) == 0;
	inflateEnd(&z);
	return good;
}

#endif
