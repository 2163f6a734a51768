/*
 * charset: the character set of names, on their way through libarchive.
 *
 * libarchive turns names from the character set of the archive into that of
 * the process's locale, and asks nl_langinfo(3) which one that is.  Everything
 * here is UTF-8 whatever the locale, and whether or not any is installed: this
 * module answers in the C library's place.  Without that a name which is not
 * ASCII is lost where C.UTF-8 is missing.  So the program calls no setlocale,
 * and what it does depends on no locale.
 */
#ifndef ARCHIVE_CHARSET_H
#define ARCHIVE_CHARSET_H

#include <stddef.h>

#include "base/diag.h"

/* A conversion to UTF-8, from a character set as iconv(3) calls it. */
struct charset;

/* NULL with 64 for a set that is not known here, or 70. */
struct charset *charset_open(const char *name, struct err *e);
void charset_close(struct charset *c);		/* NULL is fine */

/* The len bytes in UTF-8, with a NUL, for the caller to free; NULL with 65 where
 * they are not of that set, or 70. */
char *charset_to_utf8(struct charset *c, const char *bytes, size_t len,
    struct err *e);

/*
 * Gives a name as libarchive writes it and reads it back: libarchive composes
 * names that are UTF-8 (Unicode's NFC).  A kana and its sound mark, for
 * instance, which a Mac keeps as two characters, become one.  A caller that
 * compares its own names with those that were read back composes both.
 *
 * Allocated; NULL if it is the name itself, or cannot be found out.  name is
 * UTF-8 of at most ZIP_NAME_MAX bytes.  Any thread.
 */
char *charset_nfc(const char *name, size_t len);

#endif
