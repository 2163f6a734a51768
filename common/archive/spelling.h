/*
 * spelling: a name as libarchive gives it back.
 *
 * Names of a zip archive that are marked as UTF-8 come out of libarchive
 * composed (Unicode's NFC): what a Mac has decomposed, as a kana and its sound
 * mark, is one character then.  Who compares its own names with those that
 * were read back spells both.
 */
#ifndef ARCHIVE_SPELLING_H
#define ARCHIVE_SPELLING_H

#include <stddef.h>

/* Allocated; NULL if it is the name itself, or cannot be found out.  name is
 * UTF-8 of at most ZIP_NAME_MAX bytes.  Any thread; LC_CTYPE as unarchive. */
char *spelling(const char *name, size_t len);

#endif
