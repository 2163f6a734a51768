/* Text that is not ASCII, as words for a header. */
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "s3/encoded_word.h"
#include "tap.h"

static bool
becomes(const char *text, const char *want)
{
	char *got = encoded_word(text);
	bool same = got != NULL && strcmp(got, want) == 0;

	if (!same && got != NULL)
		printf("# %s\n", got);
	free(got);
	return same;
}

/* Bytes that base64 text stands for. */
static size_t
decoded(const char *text, size_t len)
{
	size_t pads = 0;

	while (pads < len && text[len - 1 - pads] == '=')
		pads++;
	return len / 4 * 3 - pads;
}

/* Every word is short enough, holds whole characters, and all of them are the
 * text. */
static bool
is_whole(const char *text)
{
	char *words = encoded_word(text), *at = words, *save = NULL, *word;
	uint8_t bytes[64];
	size_t done = 0, n;
	bool good = words != NULL;

	for (; good && (word = strtok_r(at, " ", &save)) != NULL; at = NULL) {
		size_t len = strlen(word);

		good = len <= 75 && len > 12 &&
		    strncmp(word, "=?UTF-8?B?", 10) == 0 &&
		    strcmp(word + len - 2, "?=") == 0;
		n = good ? decoded(word + 10, len - 12) : 0;
		good = good && n <= 45 &&
		    base64_read(word + 10, len - 12, bytes, n) == 0 &&
		    strncmp(text + done, (const char *)bytes, n) == 0 &&
		    ((unsigned char)text[done + n] & 0xc0) != 0x80;
		done += n;
	}
	good = good && text[done] == '\0';
	free(words);
	return good;
}

int
main(void)
{
	char text[600];

	ok(becomes("\xc3\x84M\xc3\x84Z\xc3\x95\xc3\x91 S3",
	    "=?UTF-8?B?w4RNw4Raw5XDkSBTMw==?="), "one word");
	ok(becomes("", "=?UTF-8?B?" "?="), "none");
	for (size_t width = 1; width <= 4; width++) {
		static const char *const of[] = { "", "x", "\xc3\xa9",
			"\xe6\x9d\xb1", "\xf0\x9f\x98\x80" };
		bool good = true;

		for (size_t shift = 0; shift < 4; shift++)
			for (size_t n = 0; n < 120; n++) {
				memset(text, 'x', shift);
				text[shift] = '\0';
				for (size_t i = 0; i < n; i++)
					strcat(text, of[width]);
				good = good && (*text == '\0' ||
				    is_whole(text));
			}
		ok(good, "characters of %zu bytes, any number", width);
	}
	return tap_done();
}
