/* A customer's key, from a file into headers. */
#define _GNU_SOURCE	/* explicit_bzero */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "s3/sse_c.h"
#include "base/encoding.h"
#include "base/hash.h"

enum {
	FILE_MAX = 1024,	/* bytes; a key has 32, its text 44 */
	TEXT = BASE64_SIZE(CUSTOMER_KEY)
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
add_headers(struct object *o, const uint8_t key[CUSTOMER_KEY], struct err *e)
{
	uint8_t digest[MD5_SIZE];
	char text[TEXT], md5[BASE64_SIZE(MD5_SIZE)];
	int rc;

	if (md5_of(key, CUSTOMER_KEY, digest, e) != 0)
		return -1;
	base64_write(text, key, CUSTOMER_KEY);
	base64_write(md5, digest, sizeof digest);
	rc = object_add_key(o, text, md5, e);
	explicit_bzero(text, sizeof text);
	return rc;
}

int
sse_c_read(struct object *o, const char *path, struct err *e)
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
		rc = add_headers(o, key, e);
	else
		rc = err_set(e, EXIT_USAGE, "'%s' holds no key of %d bytes, or "
		    "their base64 text", path, CUSTOMER_KEY);
	explicit_bzero(key, sizeof key);
	explicit_bzero(bytes, len);
	free(bytes);
	return rc;
}
