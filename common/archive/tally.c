/* tally: entries folded into three numbers. */
#include "archive/tally.h"

#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

#include "archive/charset.h"

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
