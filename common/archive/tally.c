/* tally: entries folded into three numbers. */
#include "archive/tally.h"

#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

#include "archive/charset.h"
#include "archive/unarchive.h"

static void
add_name(struct tally *t, const char *name, size_t len)
{
	char *composed = charset_nfc(name, len);

	if (composed != NULL) {
		name = composed;
		len = strlen(composed);
	}
	t->fold = crc32_gzip_refl(t->fold, (const unsigned char *)name, len);
	free(composed);
}

void
tally_add(struct tally *t, const char *name, size_t name_len, uint64_t size,
    uint32_t crc)
{
	unsigned char sums[12];

	for (int i = 0; i < 8; i++)
		sums[i] = (unsigned char)(size >> 8 * i);
	for (int i = 0; i < 4; i++)
		sums[8 + i] = (unsigned char)(crc >> 8 * i);
	t->entries++;
	t->bytes += size;
	add_name(t, name, name_len);
	t->fold = crc32_gzip_refl(t->fold, sums, sizeof sums);
}

bool
tally_same(const struct tally *a, const struct tally *b)
{
	return a->entries == b->entries && a->bytes == b->bytes &&
	    a->fold == b->fold;
}

int
tally_check(const struct tally *found, const struct tally *want,
    struct err *e)
{
	if (tally_same(found, want))
		return 0;
	return err_set(e, EXIT_INTERNAL, "cannot verify the archive: %llu "
	    "entries of %llu bytes come out, not %llu of %llu, or with other "
	    "checksums", (unsigned long long)found->entries,
	    (unsigned long long)found->bytes,
	    (unsigned long long)want->entries,
	    (unsigned long long)want->bytes);
}

/* The CRC-32 of a hole: the zeros are made for it. */
static uint32_t
add_zeros(uint32_t crc, size_t len)
{
	static const unsigned char zeros[4096];

	for (size_t n; len > 0; len -= n) {
		n = len < sizeof zeros ? len : sizeof zeros;
		crc = crc32_gzip_refl(crc, zeros, n);
	}
	return crc;
}

int
tally_read(struct tally *t, struct unarchive *u, struct err *e)
{
	const void *block;
	struct member m;
	uint64_t size;
	uint32_t crc;
	ssize_t n;
	int rc;

	while ((rc = unarchive_next(u, &m, e)) > 0) {
		size = crc = 0;
		while ((n = unarchive_block(u, &block, e)) > 0) {
			size += (uint64_t)n;
			crc = block == NULL ? add_zeros(crc, (size_t)n) :
			    crc32_gzip_refl(crc, block, (uint64_t)n);
		}
		if (n < 0)
			return -1;
		if (m.plain)
			tally_add(t, m.name, strlen(m.name), size, crc);
	}
	return rc;
}

struct memory {
	const char *at;
	size_t left;
};

static ssize_t
read_memory(void *arg, void *buf, size_t len, struct err *e)
{
	struct memory *m = arg;

	(void)e;
	len = len < m->left ? len : m->left;
	memcpy(buf, m->at, len);
	m->at += len;
	m->left -= len;
	return (ssize_t)len;
}

int
tally_verify(const void *bytes, size_t len, const struct tally *want,
    struct err *e)
{
	struct memory m = { bytes, len };
	const struct unarchive_options o = { .read = read_memory, .from = &m,
	    .seek_fd = -1 };
	struct unarchive *u = unarchive_open(&o, e);
	struct tally found = { 0 };
	int rc = u != NULL ? tally_read(&found, u, e) : -1;

	unarchive_close(u);
	if (rc == 0)
		return tally_check(&found, want, e);
	e->code = EXIT_INTERNAL;
	return err_prefix(e, "cannot verify the archive");
}
