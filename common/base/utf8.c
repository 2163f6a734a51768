/* utf8: well-formedness, one character at a time, or in blocks first. */
#include <string.h>
#include <stdint.h>

#include "base/utf8.h"

int
utf8_length(const void *text, size_t len)
{
	const unsigned char *s = text;
	unsigned char low = 0x80, high = 0xbf;
	size_t want, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		want = 2;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		want = 3;
		low = s[0] == 0xe0 ? 0xa0 : 0x80;	/* overlong */
		high = s[0] == 0xed ? 0x9f : 0xbf;	/* surrogates */
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		want = 4;
		low = s[0] == 0xf0 ? 0x90 : 0x80;
		high = s[0] == 0xf4 ? 0x8f : 0xbf;	/* U+10FFFF */
	} else {
		return 0;
	}
	for (i = 1; i < want; i++) {
		if (i == len)
			return -1;
		if (s[i] < low || s[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return (int)want;
}

size_t
utf8_check_plain(const void *text, size_t len)
{
	const unsigned char *s = text;
	size_t i = 0;
	uint64_t eight;
	int n;

	while (i < len) {
		if (len - i >= sizeof(eight)) {
			memcpy(&eight, s + i, sizeof(eight));
			if ((eight & 0x8080808080808080) == 0) {
				i += sizeof(eight);
				continue;
			}
		}
		n = utf8_length(s + i, len - i);
		if (n <= 0)
			return i;
		i += (size_t)n;
	}
	return len;
}

size_t
utf8_check(const void *text, size_t len)
{
	size_t done = 0;

#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		done = utf8_blocks_avx2(text, len);
#elif defined(__aarch64__)
	done = utf8_blocks_neon(text, len);
#endif
	return done + utf8_check_plain((const char *)text + done, len - done);
}
