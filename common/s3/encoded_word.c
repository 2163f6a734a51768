/* Words of base64, each as long as RFC 2047 lets it be. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "s3/encoded_word.h"

#define BEGIN "=?UTF-8?B?"
#define END "?="

/* Bytes of text in one word: their 60 characters, and 12 around them, make 72. */
enum { WORD_BYTES = 45 };

/* The bytes of as many whole characters as fit. */
static size_t
take(const char *text, size_t len)
{
	size_t n = WORD_BYTES;

	if (len <= WORD_BYTES)
		return len;
	while (n > WORD_BYTES - 4 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

char *
encoded_word(const char *text)
{
	const size_t word = sizeof BEGIN + sizeof END + BASE64_SIZE(WORD_BYTES);
	size_t left = strlen(text), n;
	/* A word takes a character less where the last one does not fit. */
	size_t words = left / (WORD_BYTES - 3) + 1;
	char *out = left > SIZE_MAX / 2 / word ? NULL : malloc(words * word);
	char *at = out;

	for (; out != NULL && (left > 0 || at == out); text += n, left -= n) {
		n = take(text, left);
		at += sprintf(at, "%s" BEGIN, at == out ? "" : " ");
		base64_write(at, text, n);
		at += strlen(at);
		at += sprintf(at, END);
	}
	return out;
}
