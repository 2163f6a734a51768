/* unarchive: libarchive's reader, with its errors as ours. */
#include "formats/unarchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <isa-l/crc.h>
#include <string.h>

enum { CHUNK = 64 * 1024 };

static int
reader_error(struct archive *a, const char *what, struct err *e)
{
	const char *why = archive_error_string(a);

	return err_set(e, EXIT_INTERNAL, "%s: %s", what,
	    why != NULL ? why : "unknown error");
}

/* Reads the data of one entry and adds it to the tally. */
static int
tally_entry(struct archive *a, struct archive_entry *entry, struct tally *t,
    struct err *e)
{
	unsigned char buf[CHUNK];
	const char *name = archive_entry_pathname(entry);
	uint64_t size = 0;
	uint32_t crc = 0;
	la_ssize_t n;

	while ((n = archive_read_data(a, buf, sizeof buf)) > 0) {
		crc = crc32_gzip_refl(crc, buf, (size_t)n);
		size += (uint64_t)n;
	}
	if (n < 0)
		return reader_error(a, "cannot read the archive back", e);
	if (name == NULL)
		return err_set(e, EXIT_INTERNAL, "cannot read the archive back: "
		    "an entry has no name");
	tally_add(t, name, strlen(name), size, crc);
	return 0;
}

static int
read_all(struct archive *a, struct tally *found, struct err *e)
{
	struct archive_entry *entry;
	int rc;

	while ((rc = archive_read_next_header(a, &entry)) == ARCHIVE_OK)
		if (tally_entry(a, entry, found, e) != 0)
			return -1;
	if (rc != ARCHIVE_EOF)
		return reader_error(a, "cannot read the archive back", e);
	return 0;
}

int
unarchive_verify(const void *bytes, size_t len, const struct tally *want,
    struct err *e)
{
	struct archive *a = archive_read_new();
	struct tally found = { 0 };
	int rc;

	if (a == NULL)
		return err_set(e, EXIT_INTERNAL,
		    "cannot read the archive back: out of memory");
	if (archive_read_support_format_zip(a) != ARCHIVE_OK ||
	    archive_read_open_memory(a, bytes, len) != ARCHIVE_OK)
		rc = reader_error(a, "cannot read the archive back", e);
	else
		rc = read_all(a, &found, e);
	archive_read_free(a);
	if (rc == 0 && !tally_same(&found, want))
		rc = err_set(e, EXIT_INTERNAL, "the archive reads back as "
		    "%llu entries of %llu bytes, not %llu of %llu, or with "
		    "other checksums", (unsigned long long)found.entries,
		    (unsigned long long)found.bytes,
		    (unsigned long long)want->entries,
		    (unsigned long long)want->bytes);
	return rc;
}
