/* wrong-deflate: ISA-L and libdeflate turn a bit of what they have written, in
 * the middle, where it stands for data (LD_PRELOAD). */
#define _GNU_SOURCE	/* RTLD_NEXT */
#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

/* dlsym gives a pointer to data, which POSIX lets be one to a function. */
static void
next(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	memcpy(function, &found, size);
}

int
isal_deflate(struct isal_zstream *stream)
{
	int (*real)(struct isal_zstream *);
	unsigned char *begin = stream->next_out;
	int rc;

	next("isal_deflate", &real, sizeof real);
	rc = real(stream);
	if (stream->next_out > begin)
		begin[(stream->next_out - begin) / 2] ^= 4;
	return rc;
}

size_t
libdeflate_deflate_compress(struct libdeflate_compressor *c, const void *in,
    size_t in_len, void *out, size_t room)
{
	size_t (*real)(struct libdeflate_compressor *, const void *, size_t,
	    void *, size_t), size;

	next("libdeflate_deflate_compress", &real, sizeof real);
	size = real(c, in, in_len, out, room);
	if (size > 0)
		((unsigned char *)out)[size / 2] ^= 4;
	return size;
}
