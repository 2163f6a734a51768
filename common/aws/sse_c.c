/* A customer's key, from a file into headers. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sse_c.h"
#include "base/io.h"

enum {
	FILE_MAX = 1024		/* bytes; a key has 32, its text 44 */
};

/* Base64, and maybe a line feed. */
static int
from_text(const char *text, size_t len, uint8_t key[CUSTOMER_KEY])
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	return base64_read(text, len, key, CUSTOMER_KEY);
}

static int
fill(struct sse_c *s, const uint8_t key[CUSTOMER_KEY], struct err *e)
{
	uint8_t digest[MD5_SIZE];

	if (md5_of(key, CUSTOMER_KEY, digest, e) != 0)
		return -1;
	base64_write(s->key, key, CUSTOMER_KEY);
	base64_write(s->md5, digest, sizeof digest);
	return 0;
}

int
sse_c_read(struct sse_c *s, const char *path, struct err *e)
{
	uint8_t key[CUSTOMER_KEY];
	size_t len;
	char *bytes = io_slurp(path, FILE_MAX, &len, e);
	int rc;

	if (bytes == NULL) {
		if (e->code == EXIT_DATA)
			e->code = EXIT_USAGE;
		return -1;
	}
	if (len == CUSTOMER_KEY)
		memcpy(key, bytes, sizeof key);
	if (len == CUSTOMER_KEY || from_text(bytes, len, key) == 0)
		rc = fill(s, key, e);
	else
		rc = err_set(e, EXIT_USAGE, "'%s' holds no key of %d bytes, or "
		    "their base64 text", path, CUSTOMER_KEY);
	explicit_bzero(key, sizeof key);
	explicit_bzero(bytes, len);
	free(bytes);
	return rc;
}

void
sse_c_wipe(struct sse_c *s)
{
	explicit_bzero(s, sizeof *s);
}
