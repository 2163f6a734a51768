/* SHA-256 and CRC of a slice while it is in the cache, then the next slice. */
#include "s3/digest.h"

enum { SLICE = 64 * 1024 };

/* Bytes of the next slice; 0 after the last one. */
static size_t
slice(size_t len, size_t at)
{
	return len - at < SLICE ? len - at : SLICE;
}

static void
add_crc(enum checksum kind, const struct digest *text, size_t at, size_t n)
{
	*text->crc = checksum_crc(kind, *text->crc,
	    (const uint8_t *)text->bytes + at, n);
}

static int
stopped(struct err *e)
{
	return err_set(e, EXIT_INTERNAL, "stopped");
}

int
digest_one(struct digester *d, enum checksum kind, const struct digest *text,
    const atomic_bool *stop, struct err *e)
{
	size_t n;

	if (sha256_start(&d->one, e) != 0)
		return -1;
	*text->crc = 0;
	for (size_t at = 0; (n = slice(text->len, at)) > 0; at += n) {
		if (atomic_load_explicit(stop, memory_order_relaxed))
			return stopped(e);
		if (sha256_add(&d->one, (const uint8_t *)text->bytes + at, n,
		    e) != 0)
			return -1;
		add_crc(kind, text, at, n);
	}
	return sha256_end(&d->one, text->sha256, e);
}

int
digest_two(struct digester *d, enum checksum kind,
    const struct digest text[2], const atomic_bool *stop, struct err *e)
{
	size_t n;

	if (sha256x2_start(&d->two, sha256x2_gains(), e) != 0)
		return -1;
	*text[0].crc = *text[1].crc = 0;
	for (size_t at = 0; (n = slice(text[0].len, at)) > 0; at += n) {
		if (atomic_load_explicit(stop, memory_order_relaxed))
			return stopped(e);
		if (sha256x2_add(&d->two,
		    (const uint8_t *)text[0].bytes + at,
		    (const uint8_t *)text[1].bytes + at, n, e) != 0)
			return -1;
		add_crc(kind, &text[0], at, n);
		add_crc(kind, &text[1], at, n);
	}
	return sha256x2_end(&d->two, text[0].sha256, text[1].sha256, e);
}

void
digester_free(struct digester *d)
{
	sha256_free(&d->one);
	sha256x2_free(&d->two);
}
