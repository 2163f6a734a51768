/* spelling: ask libarchive, by an entry without data. */
#include "archive/spelling.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "archive/zip.h"

static bool
is_ascii(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] >= 0x80)
			return false;
	return true;
}

/* Reads the local header of an entry, which is all that a stream needs. */
static char *
read_back(const unsigned char *header, size_t len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	const char *name = NULL;
	char *copy = NULL;

	if (a == NULL)
		return NULL;
	if (archive_read_support_format_zip_streamable(a) == ARCHIVE_OK &&
	    archive_read_open_memory(a, header, len) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		name = archive_entry_pathname(entry);
	if (name != NULL)
		copy = strdup(name);
	archive_read_free(a);
	return copy;
}

char *
spelling(const char *name, size_t len)
{
	const struct zip_entry en = { .name = name, .name_len = len,
	    .mtime = ZIP_EPOCH, .mode = ZIP_MODE_FILE };
	unsigned char *header;
	char *spelled;

	if (is_ascii(name, len) || len > ZIP_NAME_MAX ||
	    (header = malloc(ZIP_LOCAL_MAX)) == NULL)
		return NULL;
	spelled = read_back(header, zip_local(header, &en));
	free(header);
	return spelled;
}
