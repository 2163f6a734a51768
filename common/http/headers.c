/* headers: gathered, checked for what is not the user's, wiped. */
#define _GNU_SOURCE		/* explicit_bzero */
#include "http/headers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/io.h"

/* Bytes of a file of headers: eight times what servers take in one request, so
 * that comments fit, too. */
enum { FILE_MAX = 256 * 1024 };

static const char *const own[] = { "Range", "If-Range", "Accept-Encoding",
	"Content-Length", "Transfer-Encoding", "Connection" };

static bool
is_named(const char *header, const char *name)
{
	size_t n = strlen(name);

	return strncasecmp(header, name, n) == 0 && header[n] == ':';
}

/* Takes text over. */
static int
keep(struct headers *h, char *text, struct err *e)
{
	size_t name;

	if (text == NULL)
		return err_memory(e);
	h->text[h->n++] = text;
	name = strcspn(text, ": \t\r\n");
	if (name == 0 || text[name] != ':')
		return err_set(e, EXIT_USAGE, "a header is 'Name: value', and "
		    "this one has no name with a colon");
	if (strpbrk(text, "\r\n") != NULL)
		return err_set(e, EXIT_USAGE, "the header '%.*s' holds a line "
		    "break", (int)name, text);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (is_named(text, own[i]))
			return err_set(e, EXIT_USAGE, "the header '%s' cannot "
			    "be set", own[i]);
	if (h->n > HEADERS_MAX)
		return err_set(e, EXIT_USAGE, "more than %d headers",
		    (int)HEADERS_MAX);
	return 0;
}

static int
add_file(struct headers *h, const char *path, struct err *e)
{
	size_t len;
	char *text = io_slurp(path, FILE_MAX, &len, e), *line, *next;
	int r = 0;

	if (text == NULL)
		return -1;
	if (strlen(text) != len)
		r = err_set(e, EXIT_DATA, "'%s' holds a NUL", path);
	for (line = text; r == 0 && *line != '\0'; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		if (n > 0 && line[n - 1] == '\r')
			n--;
		if (n > 0 && *line != '#')
			r = keep(h, strndup(line, n), e);
	}
	explicit_bzero(text, len);
	free(text);
	return r == 0 ? 0 : err_prefix(e, "'%s'", path);
}

int
headers_add(struct headers *h, const char *text, struct err *e)
{
	if (*text == '@')
		return add_file(h, text + 1, e);
	return keep(h, strdup(text), e);
}

int
headers_add_env(struct headers *h, const char *text, struct err *e)
{
	const char *variable = strchr(text, '='), *value;
	size_t name, size;
	char *header;

	if (variable == NULL || variable == text)
		return err_set(e, EXIT_USAGE, "--header-env is "
		    "'Name=VARIABLE', and there is no '=' after a name");
	name = (size_t)(variable - text);
	value = getenv(variable + 1);
	if (value == NULL)
		return err_set(e, EXIT_AUTH, "the variable '%s' for the header "
		    "'%.*s' is not set", variable + 1, (int)name, text);
	size = name + strlen(value) + 3;
	header = malloc(size);
	if (header != NULL)
		snprintf(header, size, "%.*s: %s", (int)name, text, value);
	return keep(h, header, e);
}

bool
headers_have(const struct headers *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (is_named(h->text[i], name))
			return true;
	return false;
}

void
headers_drop(struct headers *h)
{
	char *text = h->text[--h->n];

	explicit_bzero(text, strlen(text));
	free(text);
}

void
headers_free(struct headers *h)
{
	while (h->n > 0)
		headers_drop(h);
}
