/* encoding: base64 is libcrypto's, with the checks that it lacks. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <string.h>

#include <openssl/evp.h>

#include "base/encoding.h"

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
    "0123456789+/"

void
hex_write(char *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
hex_read(const char *text, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(text[2 * i]);
		int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

		if (low < 0)
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return text[2 * n] == '\0' ? 0 : -1;
}

void
base64_write(char *out, const void *data, size_t len)
{
	EVP_EncodeBlock((unsigned char *)out, data, (int)len);
}

int
base64_read(const char *text, size_t len, uint8_t *out, size_t n)
{
	uint8_t whole[BASE64_MAX + 2];
	size_t padding = (3 - n % 3) % 3;
	int rc = -1;

	/* libcrypto forgives blanks around it, and takes '=' for a digit. */
	if (n <= BASE64_MAX && len == BASE64_SIZE(n) - 1 &&
	    strspn(text, BASE64) + padding == len &&
	    strspn(text + len - padding, "=") == padding &&
	    EVP_DecodeBlock(whole, (const unsigned char *)text, (int)len) ==
	    (int)(n + padding)) {
		memcpy(out, whole, n);
		rc = 0;
	}
	explicit_bzero(whole, sizeof whole);
	return rc;
}
