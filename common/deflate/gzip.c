/* gzip: header and trailer. */
#include "deflate/gzip.h"

/* deflate; no flags, no time; Unix */
const unsigned char gzip_header[GZIP_HEADER] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0,
	0, 3 };

void
gzip_trailer(unsigned char out[GZIP_TRAILER], uint32_t crc, uint64_t size)
{
	for (int i = 0; i < 4; i++) {
		out[i] = (unsigned char)(crc >> 8 * i);
		out[4 + i] = (unsigned char)(size >> 8 * i);
	}
}
