/* zipname: names and comments that are safe to put into a zip archive. */
#ifndef ARCHIVE_ZIPNAME_H
#define ARCHIVE_ZIPNAME_H

#include <stddef.h>

/*
 * Makes name fit for an archive, into out (room for strlen(name) + 1): leading
 * "/" and all "." parts go, doubled slashes become one.  NULL, or why it
 * cannot be: empty, longer than ZIP_NAME_MAX, not UTF-8, a control character,
 * a ".." part, a backslash, a drive letter, a slash at the end.
 */
const char *zipname_clean(const char *name, char *out);

/* NULL, or why it cannot be an archive's comment: longer than ZIP_COMMENT_MAX,
 * not UTF-8, or holding the signature by which readers find the end. */
const char *zipname_bad_comment(const char *comment);

#endif
