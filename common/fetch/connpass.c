/* connpass: operands, key and paging of its API. */
#define _GNU_SOURCE		/* explicit_bzero */
#include "fetch/connpass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "http/show.h"
#include "http/url.h"

static const char scheme[] = "connpass:";

/* Bytes of a file with a key.  A key has a few tens; servers take 8 KiB of
 * headers at most, and this leaves half of it to others. */
enum { KEY_MAX = 4096 };

const struct pager_config connpass_pager = {
	.kind = PAGER_OFFSET,
	.param = "start", .first = 1,
	.size_param = "count", .size = 100,
	.total = "results_available",
	.at = "results_start",
	.returned = "results_returned",
};

bool
connpass_is(const char *operand)
{
	return strncmp(operand, scheme, sizeof scheme - 1) == 0;
}

int
connpass_serves(const char *base, const char *url, struct err *e)
{
	const char *root = strstr(base, "://"), *path = strstr(url, "://");
	size_t len;
	int same = root == NULL || path == NULL ? 0 :
	    url_same_origin(base, url, e);

	if (same != 1)
		return same;
	root += 3 + strcspn(root + 3, "/");
	path += 3 + strcspn(path + 3, "/");
	for (len = strlen(root); len > 0 && root[len - 1] == '/'; )
		len--;
	return strncmp(path, root, len) == 0 && path[len] == '/';
}

char *
connpass_url(const char *base, const char *operand, struct err *e)
{
	const char *path = operand + sizeof scheme - 1;
	size_t path_len = strspn(path, "/abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	const char *query = path + path_len;
	size_t base_len = strlen(base), size;
	char *url, shown[256];

	while (path_len > 0 && *path == '/')
		path++, path_len--;
	while (path_len > 0 && path[path_len - 1] == '/')
		path_len--;
	if (path_len == 0 || (*query != '?' && *query != '\0')) {
		show_url(operand, shown, sizeof shown);
		err_set(e, EXIT_USAGE, "malformed operand '%s': 'connpass:' "
		    "is followed by a path such as events, then ?query",
		    shown);
		return NULL;
	}
	while (base_len > 0 && base[base_len - 1] == '/')
		base_len--;
	size = base_len + path_len + strlen(query) + 3;
	url = malloc(size);
	if (url == NULL) {
		err_memory(e);
		return NULL;
	}
	snprintf(url, size, "%.*s/%.*s/%s", (int)base_len, base,
	    (int)path_len, path, query);
	return url;
}

static char *
header_of(const char *key, size_t len, struct err *e)
{
	static const char name[] = "X-API-Key: ";
	char *header;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)key[i] <= ' ' || key[i] == 0x7f) {
			err_set(e, EXIT_AUTH, "the API key holds a space or "
			    "control byte");
			return NULL;
		}
	if (len == 0) {
		err_set(e, EXIT_AUTH, "the API key is empty");
		return NULL;
	}
	header = malloc(sizeof name + len);
	if (header == NULL) {
		err_memory(e);
		return NULL;
	}
	memcpy(header, name, sizeof name - 1);
	memcpy(header + sizeof name - 1, key, len);
	header[sizeof name - 1 + len] = '\0';
	return header;
}

char *
connpass_header(const char *file, const char *key, struct err *e)
{
	char *text, *header;
	size_t len;

	if (file == NULL && key == NULL) {
		err_set(e, EXIT_AUTH, "connpass needs a key: set "
		    "CONNPASS_API_KEY or give --key-file");
		return NULL;
	}
	if (file == NULL)
		return header_of(key, strlen(key), e);
	text = io_slurp(file, KEY_MAX, &len, e);
	if (text == NULL)
		return NULL;
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	header = header_of(text, len, e);
	explicit_bzero(text, len);
	free(text);
	return header;
}
