/* charset: what libarchive is told of it, and what it makes of a name. */
#include "archive/charset.h"

#include <errno.h>
#include <iconv.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/libreader.h"
#include "archive/zip.h"

/* In place of the C library's, for libarchive: the only item that is asked for
 * by anything in these programs is the character set. */
char *
nl_langinfo(nl_item item)
{
	static char utf8[] = "UTF-8", nothing[] = "";

	return item == CODESET ? utf8 : nothing;
}

struct charset {
	iconv_t to_utf8;
	const char *name;
};

struct charset *
charset_open(const char *name, struct err *e)
{
	struct charset *c = malloc(sizeof *c);

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->name = name;
	c->to_utf8 = iconv_open("UTF-8", name);
	if (c->to_utf8 != (iconv_t)-1)
		return c;
	if (errno == EINVAL)
		err_set(e, EXIT_USAGE, "'%s' is no character set that is "
		    "known here", name);
	else
		err_memory(e);
	charset_close(c);		/* which is no error for -1 */
	return NULL;
}

void
charset_close(struct charset *c)
{
	if (c == NULL)
		return;
	iconv_close(c->to_utf8);
	free(c);
}

/* No set that names are written in takes more than four bytes of UTF-8 for one
 * of its own; a letter that Unicode composes of two is of two bytes there. */
char *
charset_to_utf8(struct charset *c, const char *bytes, size_t len,
    struct err *e)
{
	char *in = (char *)(uintptr_t)bytes, *out, *to;
	size_t room = len <= (SIZE_MAX - 1) / 4 ? 4 * len : 0, left = room;

	out = to = malloc(room + 1);
	if (out == NULL) {
		err_memory(e);
		return NULL;
	}
	iconv(c->to_utf8, NULL, NULL, NULL, NULL);
	if (iconv(c->to_utf8, &in, &len, &to, &left) != (size_t)-1 &&
	    iconv(c->to_utf8, NULL, NULL, &to, &left) != (size_t)-1) {
		*to = '\0';
		return out;
	}
	free(out);
	err_set(e, EXIT_DATA, "a name is not in the character set %s",
	    c->name);
	return NULL;
}

static bool
is_ascii(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] >= 0x80)
			return false;
	return true;
}

struct header {
	const unsigned char *bytes;
	size_t len;
};

static la_ssize_t
on_read(struct archive *a, void *arg, const void **block)
{
	struct header *h = arg;
	size_t len = h->len;

	(void)a;
	*block = h->bytes;
	h->len = 0;
	return (la_ssize_t)len;
}

/* Asks libarchive, by the local header of an entry: all that a stream needs. */
static char *
read_back(struct header *h)
{
	struct archive *a = libreader_new();
	struct archive_entry *entry = archive_entry_new();
	const char *name = NULL;
	struct err e = ERR_NONE;
	char *copy = NULL;

	if (a != NULL && entry != NULL &&
	    archive_read_support_format_zip_streamable(a) == ARCHIVE_OK &&
	    libreader_open(a, h, on_read, &e) == 0 &&
	    archive_read_next_header2(a, entry) == ARCHIVE_OK)
		name = archive_entry_pathname(entry);
	if (name != NULL)
		copy = strdup(name);
	archive_entry_free(entry);
	archive_read_free(a);
	return copy;
}

char *
charset_nfc(const char *name, size_t len)
{
	const struct zip_entry en = { .name = name, .name_len = len,
	    .mtime = ZIP_EPOCH, .mode = ZIP_MODE_FILE };
	unsigned char *header;
	struct header h;
	char *composed;

	if (is_ascii(name, len) || len > ZIP_NAME_MAX ||
	    (header = malloc(ZIP_LOCAL_MAX)) == NULL)
		return NULL;
	h = (struct header){ header, zip_local(header, &en) };
	composed = read_back(&h);
	free(header);
	return composed;
}
