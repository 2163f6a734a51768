/* libreader: libarchive has texts where it should have codes. */
#include "archive/libreader.h"

#include <errno.h>
#include <string.h>

#include "base/limit.h"

enum {
	SET_UP = 1 << 20,	/* bytes: many times what it takes */
};

struct archive *
libreader_new(void)
{
	return limit_leaves(SET_UP) ? archive_read_new() : NULL;
}

/* archive_read_open() crashes when the second of these fails. */
int
libreader_open(struct archive *a, void *arg, archive_read_callback *read,
    struct err *e)
{
	if (archive_read_set_read_callback(a, read) == ARCHIVE_OK &&
	    archive_read_set_callback_data(a, arg) == ARCHIVE_OK &&
	    archive_read_open1(a) == ARCHIVE_OK)
		return 0;
	if (archive_error_string(a) == NULL)
		return err_memory(e);
	return libreader_error(a, "cannot read the archive", e);
}

static bool
says(const char *why, const char *words)
{
	return strstr(why, words) != NULL;
}

/* Of several lines the first; zstd wants more memory than it ever takes when it
 * says "too much", which no -m helps against. */
int
libreader_error(struct archive *a, const char *what, struct err *e)
{
	const char *why = archive_error_string(a);
	int code = archive_errno(a);

	if (why == NULL)
		why = code == ENOMEM ? "memory" : "damaged or cut off";
	if (code == ENOMEM || (says(why, "memory") &&
	    !says(why, "too much memory")))
		return err_set(e, EXIT_INTERNAL, "%s: it takes more memory "
		    "than -m allows", what);
	if (strncmp(why, "Error reading fd", 16) == 0)
		return err_sys(e, EXIT_IO, code, "%s", what);
	return err_set(e, says(why, "assphrase") ? EXIT_AUTH : EXIT_DATA,
	    "%s: %.*s at byte %lld", what, (int)strcspn(why, "\n"), why,
	    (long long)archive_filter_bytes(a, 0));
}
