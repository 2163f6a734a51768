/*
 * encoded_word: text that is not ASCII, for a header's value.  Pure.
 *
 * S3 takes user metadata as RFC 2047 has it, decodes it, and gives it back in
 * the same form.  Services that do not know of it keep the words as they are,
 * and every reader of mail headers can read them.
 * Source: RFC 2047, sections 2, 4.1, 5(3) and 6.2; Amazon S3 User Guide,
 * "Working with object metadata".
 */
#ifndef S3_ENCODED_WORD_H
#define S3_ENCODED_WORD_H

/* UTF-8 as words of at most 75 characters, "=?UTF-8?B?…?=", with a blank between
 * them that is not part of the text; no character is divided.  The caller frees.
 * NULL: no memory. */
char *encoded_word(const char *text);

#endif
