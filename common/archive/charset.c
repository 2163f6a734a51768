/* charset: what libarchive is told of it, and what it makes of a name. */
#include "archive/charset.h"

#include <archive.h>
#include <archive_entry.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "archive/zip.h"

/* In place of the C library's, for libarchive: the only item that is asked for
 * by anything in these programs is the character set. */
char *
nl_langinfo(nl_item item)
{
	static char utf8[] = "UTF-8", nothing[] = "";

	return item == CODESET ? utf8 : nothing;
}

bool
charset_known(const char *charset)
{
	struct archive *a = archive_read_new();
	bool known = a != NULL &&
	    archive_read_support_format_tar(a) == ARCHIVE_OK &&
	    archive_read_set_format_option(a, "tar", "hdrcharset", charset) ==
	    ARCHIVE_OK;

	archive_read_free(a);
	return known;
}

static bool
is_ascii(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] >= 0x80)
			return false;
	return true;
}

/* Asks libarchive, by the local header of an entry: all that a stream needs. */
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
charset_nfc(const char *name, size_t len)
{
	const struct zip_entry en = { .name = name, .name_len = len,
	    .mtime = ZIP_EPOCH, .mode = ZIP_MODE_FILE };
	unsigned char *header;
	char *composed;

	if (is_ascii(name, len) || len > ZIP_NAME_MAX ||
	    (header = malloc(ZIP_LOCAL_MAX)) == NULL)
		return NULL;
	composed = read_back(header, zip_local(header, &en));
	free(header);
	return composed;
}
