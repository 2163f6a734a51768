/* The walk over a deflate stream, held against zlib's inflate; the first byte is
 * how long a dictionary there is. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/join_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char dict[255];

	if (size > 0 && !join_agrees(data + 1, size - 1, dict, data[0]))
		abort();
	return 0;
}
