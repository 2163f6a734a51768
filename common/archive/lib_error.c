/* lib_error: libarchive has texts where it should have codes. */
#include "archive/lib_error.h"

#include <archive.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool
says(const char *why, const char *words)
{
	return strstr(why, words) != NULL;
}

/* Of several lines the first; zstd wants more memory than it ever takes when it
 * says "too much", which no -m helps against. */
int
lib_error(struct archive *a, const char *what, struct err *e)
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
